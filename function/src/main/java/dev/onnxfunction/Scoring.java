package dev.onnxfunction;

import dev.onnxfunction.logs.Log;
import dev.onnxfunction.score.ScoreCommand;

import sun.misc.Signal;

import java.util.Locale;

/** The process as a command that predicts the rows of a file and ends. */
final class Scoring {

    /** The exit code that shells expect of a process that a signal ended. */
    private static final int SIGHUP_CODE = 129;

    private static final int SIGINT_CODE = 130;
    private static final int SIGTERM_CODE = 143;

    private Scoring() {}

    /** Runs the command and exits with its code; never returns. */
    static void run(String... args) {
        Log.configure();
        Locale.setDefault(Locale.ROOT);
        ScoreCommand command = ScoreCommand.ofProcess();
        endOn("HUP", SIGHUP_CODE, command); // The terminal of a long run is closed.
        endOn("INT", SIGINT_CODE, command);
        endOn("TERM", SIGTERM_CODE, command);
        ProcessExit.after(() -> {}, command.run(args));
    }

    private static void endOn(String signal, int code, ScoreCommand command) {
        Signal.handle(new Signal(signal), _ -> command.end(() -> ProcessExit.now(code)));
    }
}
