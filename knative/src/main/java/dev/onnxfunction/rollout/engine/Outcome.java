package dev.onnxfunction.rollout.engine;

/** How a rollout ended. */
public enum Outcome {
    /** The candidate has all traffic. */
    WON(Exit.DONE),
    /** The candidate failed a gate or a deadline. Live has all traffic. */
    FAILED(Exit.RETURNED),
    /** Nobody could watch any longer: no contact, or no key. Live has all traffic. */
    DISCONNECTED(Exit.RETURNED),
    /** The command was told to stop by a signal. Live has all traffic. */
    INTERRUPTED(Exit.INTERRUPTED),
    /** {@code rollout abort} or a newer rollout has put all traffic back on live. */
    ABORTED(Exit.DONE),
    /** {@code rollout rollback} has put all traffic on the previous revision. */
    ROLLED_BACK(Exit.DONE),
    /** Somebody else changed the Service meanwhile; its traffic was left as it is. */
    OVERRULED(Exit.OVERRULED);

    private final Exit exit;

    Outcome(Exit exit) {
        this.exit = exit;
    }

    /** Whether all traffic went back to live. */
    boolean isBack() {
        return switch (this) {
            case FAILED, DISCONNECTED, INTERRUPTED, ABORTED -> true;
            case WON, ROLLED_BACK, OVERRULED -> false;
        };
    }

    /** How the command ends that brought it about. */
    Exit exit() {
        return exit;
    }
}
