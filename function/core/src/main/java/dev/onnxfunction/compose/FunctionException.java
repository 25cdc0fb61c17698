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

    /** Returns the same failure of rows that follow others in the request. */
    public FunctionException after(int rowsBefore) {
        Faults moved = new Faults();
        moved.addAll(rowsBefore, faults);
        return new FunctionException(moved, this);
    }

    /** The rows, each with its failure. */
    public Faults faults() {
        return faults;
    }
}
