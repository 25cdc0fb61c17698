package dev.onnxfunction.rollout.cluster;

/** The Service, its manifest or its image has something that a rollout does not support. */
public final class UnsupportedServiceException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what, and how to fix it
     */
    public UnsupportedServiceException(String message) {
        super(message);
    }

    /** What, and how to fix it. */
    public String problem() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
