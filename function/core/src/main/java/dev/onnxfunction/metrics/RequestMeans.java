package dev.onnxfunction.metrics;

import java.util.concurrent.atomic.DoubleAdder;

/**
 * Sums over requests of the mean m of their predictions and of the mean q of their squares. A
 * comparison of two revisions of a Service needs them for each request, because traffic is split by
 * request and the rows of a request stay together. Thread-safe.
 */
final class RequestMeans {

    private final DoubleAdder requests = new DoubleAdder();
    private final DoubleAdder m = new DoubleAdder();
    private final DoubleAdder q = new DoubleAdder();
    private final DoubleAdder mm = new DoubleAdder();
    private final DoubleAdder mq = new DoubleAdder();
    private final DoubleAdder qq = new DoubleAdder();

    /**
     * Counts a request.
     *
     * @param mean mean of its predictions, in the target's unit
     * @param square mean of the squares of its predictions
     */
    void add(double mean, double square) {
        requests.add(1);
        m.add(mean);
        q.add(square);
        mm.add(mean * mean);
        mq.add(mean * square);
        qq.add(square * square);
    }

    double requests() {
        return requests.sum();
    }

    /** Sum of m. */
    double m() {
        return m.sum();
    }

    /** Sum of q. */
    double q() {
        return q.sum();
    }

    /** Sum of m². */
    double mm() {
        return mm.sum();
    }

    /** Sum of m·q. */
    double mq() {
        return mq.sum();
    }

    /** Sum of q². */
    double qq() {
        return qq.sum();
    }
}
