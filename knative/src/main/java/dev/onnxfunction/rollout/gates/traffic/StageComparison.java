package dev.onnxfunction.rollout.gates.traffic;

import dev.onnxfunction.rollout.gates.statistics.QuantileBounds;

/** The user requests that both revisions served at one stage. */
public final class StageComparison {

    private final RevisionRequests live = new RevisionRequests();
    private final RevisionRequests candidate = new RevisionRequests();

    /** The requests of one revision, and the bounds of its response times. */
    public static final class RevisionRequests {
        private final QuantileBounds median = new QuantileBounds(0.5);
        private final QuantileBounds p99 = new QuantileBounds(0.99);
        private ServedRequests served = ServedRequests.NOTHING;

        private void add(ServedRequests more) {
            served = served.plus(more);
            median.add(more.latencies());
            p99.add(more.latencies());
        }

        /** All of it. */
        public ServedRequests served() {
            return served;
        }

        /** Bounds of the median response time, in seconds. */
        public QuantileBounds median() {
            return median;
        }

        /** Bounds of the 99th percentile, in seconds. */
        public QuantileBounds p99() {
            return p99;
        }
    }

    void add(ServedRequests ofLive, ServedRequests ofCandidate) {
        live.add(ofLive);
        candidate.add(ofCandidate);
    }

    /** Live's. */
    public RevisionRequests live() {
        return live;
    }

    /** The candidate's. */
    public RevisionRequests candidate() {
        return candidate;
    }
}
