package dev.onnxfunction.rollout.gates;

/** A revision does not answer as it must. */
final class GateException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean early;

    /**
     * @param message what happened and what to do
     * @param early whether it may be that the address is not yet known to the ingress
     */
    GateException(String message, boolean early) {
        super(message);
        this.early = early;
    }

    boolean early() {
        return early;
    }

    String problem() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
