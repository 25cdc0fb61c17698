package dev.onnxfunction.observe;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;

/**
 * Receives events on the threads that answer requests, so it must not block. Several threads call
 * all methods at once.
 */
public interface Observer extends AutoCloseable {

    /** Ignores all events. */
    Observer NONE = new Observer() {};

    /** A request was answered, successfully or not. */
    default void answered(Exchange exchange) {}

    /**
     * Rows were predicted for a client; those of a rollout are not reported.
     *
     * @param batch the rows and their predictions; only valid during the call
     * @param trace trace of the request
     */
    default void predicted(Batch batch, TraceContext trace) {}

    /** Rows of a client were refused. */
    default void refused(Faults faults) {}

    /**
     * Returns an observer of the rows of one stream, which is a single request however many calls
     * of the model it takes. One thread at a time calls it, and {@link #endOfStream} at the end.
     */
    default Observer ofStream() {
        return this;
    }

    /** The stream has ended; only for an observer of a stream. */
    default void endOfStream() {}

    /** Flushes what is pending. */
    @Override
    default void close() {}
}
