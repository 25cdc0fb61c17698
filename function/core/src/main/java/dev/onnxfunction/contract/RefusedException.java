package dev.onnxfunction.contract;

/** A request is not what its protocol demands, and its {@link #response} says why. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Response response;

    /**
     * @param response a {@link Problem}
     */
    public RefusedException(Response response) {
        super(response.outcome(), null, false, false); // A client's fault has no stack.
        this.response = response;
    }

    public Response response() {
        return response;
    }
}
