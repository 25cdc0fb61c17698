package dev.onnxfunction.score;

/** An error that ends a run without a result: what was found and what to do. */
final class ScoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    ScoreException(String problem, String remedy) {
        this(problem, remedy, ExitCode.FAILED);
    }

    ScoreException(String problem, String remedy, ExitCode code) {
        super(problem + (problem.endsWith("\n") ? "" : " ") + remedy);
        this.code = code;
    }

    /** The exit code of the process. */
    ExitCode code() {
        return code;
    }
}
