package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.Exit;

/** The command cannot start. */
final class RefusalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Exit exit;

    /**
     * @param message what happened and what to do
     */
    RefusalException(Exit exit, String message) {
        super(message);
        this.exit = exit;
    }

    Exit exit() {
        return exit;
    }
}
