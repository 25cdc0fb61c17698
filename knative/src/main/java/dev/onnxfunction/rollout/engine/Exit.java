package dev.onnxfunction.rollout.engine;

/** Exit codes. 1 is a defect, 2 an invalid command line. */
public enum Exit {
    /** The Service is as requested. */
    DONE(0),
    /** Refused before any traffic was moved. */
    REFUSED(3),
    /** The candidate failed; all traffic is on live. */
    RETURNED(4),
    /** Somebody else changed the Service or took over; their change stays. */
    OVERRULED(5),
    /** The API server was out of reach for too long, so the traffic is unknown. */
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
