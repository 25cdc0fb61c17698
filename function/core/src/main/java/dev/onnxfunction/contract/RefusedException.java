package dev.onnxfunction.contract;

/** A request that violates its protocol; {@link #response} gives the reason. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Response response;

    /**
     * @param response a {@link Problem}
     */
    public RefusedException(Response response) {
        super(response.outcome(), null, false, false); // A client's error needs no stack trace.
        this.response = response;
    }

    /** The error response, a {@link Problem}. */
    public Response response() {
        return response;
    }
}
