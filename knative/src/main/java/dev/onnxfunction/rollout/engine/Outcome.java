package dev.onnxfunction.rollout.engine;

/** How a rollout ended. */
public enum Outcome {
    /** The candidate has all traffic. */
    WON(Exit.DONE),
    /** The candidate failed a gate or a deadline. Live has all traffic. */
    FAILED(Exit.RETURNED),
    /** The candidate could no longer be observed: no contact, or no key. Live has all traffic. */
    DISCONNECTED(Exit.RETURNED),
    /** A signal stopped the command. Live has all traffic. */
    INTERRUPTED(Exit.INTERRUPTED),
    /** {@code rollout abort} or a newer rollout has put all traffic back on live. */
    ABORTED(Exit.DONE),
    /** {@code rollout rollback} has put all traffic on the previous revision. */
    ROLLED_BACK(Exit.DONE),
    /** Somebody else changed the Service; their traffic stays. */
    OVERRULED(Exit.OVERRULED);

    private final Exit exit;

    Outcome(Exit exit) {
        this.exit = exit;
    }

    /** Whether all traffic went back to live. */
    boolean returnsToLive() {
        return switch (this) {
            case FAILED, DISCONNECTED, INTERRUPTED, ABORTED -> true;
            case WON, ROLLED_BACK, OVERRULED -> false;
        };
    }

    /** Exit code of the command that caused it. */
    Exit exit() {
        return exit;
    }
}
