package dev.onnxfunction.rollout.gates.traffic;

import dev.onnxfunction.rollout.gates.statistics.QuantileBounds;

/** What both revisions did for users at one stage, when both had a share of the traffic. */
public final class Comparison {

    private final Half live = new Half();
    private final Half candidate = new Half();

    /** What one of them did, and the bounds of its response times. */
    public static final class Half {
        private final QuantileBounds median = new QuantileBounds(0.5);
        private final QuantileBounds p99 = new QuantileBounds(0.99);
        private Served served = Served.NOTHING;

        private void add(Served more) {
            served = served.plus(more);
            median.add(more.latencies());
            p99.add(more.latencies());
        }

        /** All of it. */
        public Served served() {
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

    void add(Served ofLive, Served ofCandidate) {
        live.add(ofLive);
        candidate.add(ofCandidate);
    }

    /** Live's. */
    public Half live() {
        return live;
    }

    /** The candidate's. */
    public Half candidate() {
        return candidate;
    }
}
