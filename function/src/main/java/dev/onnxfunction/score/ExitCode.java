package dev.onnxfunction.score;

/** Exit codes of a run. */
enum ExitCode {
    /** All rows are predicted. */
    PREDICTED(0),
    /** The input, the model or a file is invalid; there is no output. */
    FAILED(1),
    /** The command line is invalid; nothing was started. */
    USAGE(2),
    /**
     * Rows were refused: with {@code --refused} the others are predicted, without it there is no
     * output.
     */
    REFUSED(3);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
