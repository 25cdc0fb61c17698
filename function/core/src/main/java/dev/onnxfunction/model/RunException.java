package dev.onnxfunction.model;

/** The graph failed for valid rows. The message is the reason that the runtime gave. */
public final class RunException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RunException(String reason) {
        super(reason);
    }

    RunException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
