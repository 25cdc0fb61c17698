package dev.onnxfunction.rollout.gates.rows;

import java.io.IOException;

/** Labelled rows cannot be used. The message names file, row and column, and what to do. */
public final class EvaluationException extends IOException {

    private static final long serialVersionUID = 1L;

    public EvaluationException(String message) {
        super(message);
    }
}
