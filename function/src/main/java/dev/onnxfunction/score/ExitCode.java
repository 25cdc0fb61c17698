package dev.onnxfunction.score;

/** How a run ends, for scripts. */
enum ExitCode {
    /** All rows are predicted. */
    PREDICTED(0),
    /** The input, the model or a file is not what it must be; there is no output. */
    FAILED(1),
    /** The command line is wrong; nothing was begun. */
    USAGE(2),
    /**
     * Rows were refused: with {@code --refused} the others are predicted, else there is no output.
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
