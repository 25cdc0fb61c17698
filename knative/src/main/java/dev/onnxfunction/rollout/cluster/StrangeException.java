package dev.onnxfunction.rollout.cluster;

/** Something is not as a rollout understands it. */
public final class StrangeException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what, and how to mend it
     */
    public StrangeException(String message) {
        super(message);
    }

    /** What, and how to mend it. */
    public String problem() {
        String message = getMessage();
        return message == null ? toString() : message;
    }
}
