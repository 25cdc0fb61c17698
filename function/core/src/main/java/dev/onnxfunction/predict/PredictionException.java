package dev.onnxfunction.predict;

import org.jspecify.annotations.Nullable;

/** The model failed for rows whose values were all as they should be. */
public final class PredictionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Faults faults;

    public PredictionException(Faults faults, @Nullable Throwable cause) {
        super(faults.toString(), cause);
        this.faults = faults;
    }

    /** The rows, and what became of them. */
    public Faults faults() {
        return faults;
    }
}
