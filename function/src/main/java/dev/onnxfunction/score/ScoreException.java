package dev.onnxfunction.score;

import dev.onnxfunction.gzip.GzipException;
import dev.onnxfunction.settings.StartException;

import java.io.IOException;
import java.nio.file.FileSystemException;

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

    /**
     * Explains an exception that ended a run.
     *
     * @throws IllegalStateException if it is a defect
     */
    static ScoreException of(Exception e) {
        return switch (e) {
            case ScoreException known -> known;
            case StartException start ->
                    new ScoreException(String.valueOf(start.getMessage()), start.remedy());
            case GzipException gzip ->
                    new ScoreException(
                            "The input " + gzip.getMessage() + ".",
                            "Copy or compress it again, or name it without .gz.");
            case FileSystemException file ->
                    new ScoreException(
                            "%s: %s.".formatted(file.getFile(), reason(file)),
                            "Check that it can be written and that the disk has room.");
            case IOException io ->
                    new ScoreException(
                            "A file cannot be read or written: " + io.getMessage() + ".",
                            "Check that the disk has room, and that the reader of the output reads"
                                    + " to its end.");
            default -> throw new IllegalStateException("This is a defect of score. Report it.", e);
        };
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    /** The exit code of the process. */
    ExitCode code() {
        return code;
    }
}
