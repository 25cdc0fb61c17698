package dev.onnxfunction.score;

/** Why a run ends without a result: what was found and what to do. */
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

    /** With what the process exits. */
    ExitCode code() {
        return code;
    }
}
