package dev.onnxfunction;

import dev.onnxfunction.logs.Log;
import dev.onnxfunction.model.OnnxRuntime;
import dev.onnxfunction.settings.StartException;

import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Serves a regression model as a function. */
public final class FunctionApplication {

    private FunctionApplication() {}

    /**
     * Runs until SIGTERM, and then exits with 0 once the requests in flight are answered. Exits
     * with 1 if it cannot start. With {@code score} as the first argument it predicts the rows of a
     * file instead.
     */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("score")) {
            Scoring.run(Arrays.copyOfRange(args, 1, args.length));
        }
        Thread runtime =
                OnnxRuntime.loadInBackground(); // First, because everything else waits for it.
        Ending ending = Ending.onSignals(); // Before any slow step: a signal may come at any time.
        Log.configure();
        try {
            Wiring.context(ending::close, args).refresh();
            HeapGrowth.watch();
        } catch (RuntimeException | Error e) {
            report(e);
            exit(runtime);
        }
    }

    private static void report(Throwable failure) {
        // Not a constant: logging is initialized while ONNX Runtime's library is being loaded.
        Logger log = Logger.getLogger(FunctionApplication.class.getName());
        StartException start = StartException.in(failure);
        if (start != null) {
            log.severe(start.getMessage() + " " + start.remedy());
        } else {
            log.log(
                    Level.SEVERE,
                    "The function cannot start because of a defect. Report it.",
                    failure);
        }
    }

    private static void exit(Thread runtime) {
        try {
            runtime.join(); // The JVM crashes if it exits while the native library loads.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Log.drain(); // Otherwise the reason is lost if nothing was written yet.
        System.exit(1);
    }
}
