package dev.onnxfunction.rollout.gates;

/** A revision does not answer as it must. */
final class GateException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean early;
    private final int status;

    /**
     * @param message what happened and what to do
     * @param early whether it may be that the address is not yet known to the ingress
     */
    GateException(String message, boolean early) {
        this(message, 0, early);
    }

    /**
     * @param status that it answered with
     */
    GateException(String message, int status, boolean early) {
        super(message);
        this.status = status;
        this.early = early;
    }

    /** The HTTP status that was answered; 0 if none was. */
    int status() {
        return status;
    }

    boolean early() {
        return early;
    }

    String problem() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
