package dev.onnxfunction.predict;

import dev.onnxfunction.fault.Faults;

import org.jspecify.annotations.Nullable;

/** The model failed for rows without faults. */
public final class PredictionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Faults faults;

    public PredictionException(Faults faults, @Nullable Throwable cause) {
        super(faults.toString(), cause);
        this.faults = faults;
    }

    /** The rows, each with its failure. */
    public Faults faults() {
        return faults;
    }
}
