package dev.onnxfunction.predict;

/** Rows that the model does not take. Nothing was predicted. */
public final class InvalidRowsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Faults faults;

    public InvalidRowsException(Faults faults) {
        super(faults.toString());
        this.faults = faults;
    }

    /** Everything that is wrong with the rows. */
    public Faults faults() {
        return faults;
    }
}
