package dev.onnxfunction.compose;

import dev.onnxfunction.fault.Faults;

import org.jspecify.annotations.Nullable;

/** A function before or after the model failed for rows. */
public final class FunctionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Faults faults;

    FunctionException(Faults faults, @Nullable Throwable cause) {
        super(faults.toString(), cause);
        this.faults = faults;
    }

    /** The rows, each with its failure. */
    public Faults faults() {
        return faults;
    }
}
