package dev.onnxfunction.predict;

import dev.onnxfunction.fault.Faults;

/** Rows with faults. Nothing was predicted. */
public final class InvalidRowsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Faults faults;

    public InvalidRowsException(Faults faults) {
        super(faults.toString());
        this.faults = faults;
    }

    /** The faults of the rows. */
    public Faults faults() {
        return faults;
    }
}
