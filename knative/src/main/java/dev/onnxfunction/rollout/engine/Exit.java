package dev.onnxfunction.rollout.engine;

/** How the command ends. 1 is a defect, 2 a wrong command line. */
public enum Exit {
    /** What was asked for is so. */
    DONE(0),
    /** It was refused before any traffic was moved. */
    REFUSED(3),
    /** The candidate failed; all traffic is on live. */
    RETURNED(4),
    /** Somebody else changed the Service or took over; what they wrote was left as it is. */
    OVERRULED(5),
    /** The API server could not be reached long enough to know how the traffic is. */
    LOST(6),
    /** The live revision failed and the candidate did not; no traffic was moved to either. */
    LIVE_FAILED(7),
    /** Stopped by a signal; all traffic is on live. */
    INTERRUPTED(130);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    /** The exit code of the process. */
    public int code() {
        return code;
    }
}
