package dev.onnxfunction.explain;

/** There is no background to compare a row with. The message gives the reason and the remedy. */
public final class NoBackgroundException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoBackgroundException(String problem) {
        super(
                problem
                        + " Write rows into its card: python3 training-notebook-export/run.py card"
                        + " MODEL.onnx --name NAME --version VERSION --rows ROWS.csv --target"
                        + " COLUMN.");
    }

    /** The message, which there always is. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
