package dev.onnxfunction;

import org.jspecify.annotations.Nullable;

import sun.misc.Signal;

import java.io.Closeable;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the process when it is told to: with 0 on SIGTERM, where the JVM would exit with 143, and
 * with 130 on SIGINT, as a shell expects it.
 *
 * <p>Before anything is served, nobody waits for an answer: it ends at once, even while a model is
 * being loaded. After that, the application is closed first. A second SIGINT, from a person who
 * does not want to wait, ends it at once, too.
 *
 * <p>It knows nothing of Spring, so that it is there before that is loaded.
 */
final class Ending {

    private static final int SIGINT_CODE = 130;

    private @Nullable Closeable application;
    private boolean told;

    /** Listens for signals from now on. */
    static Ending onSignals() {
        Ending ending = new Ending();
        Signal.handle(new Signal("TERM"), _ -> ending.begin(0, false));
        Signal.handle(new Signal("INT"), _ -> ending.begin(SIGINT_CODE, true));
        return ending;
    }

    /** In a thread that the JVM waits for, as there may soon be no other. */
    private void begin(int code, boolean impatient) {
        Thread.ofPlatform().daemon(false).name("ending").start(() -> end(code, impatient));
    }

    private void end(int code, boolean impatient) {
        Closeable open;
        synchronized (this) {
            if (told && !impatient) {
                return;
            }
            open = told ? null : application;
            told = true;
        }
        if (open == null) {
            ProcessExit.now(code);
        } else {
            ProcessExit.after(open, code);
        }
    }

    /**
     * From now on there is an application to be closed before the process ends. Never returns if it
     * is ending already.
     */
    void close(Closeable served) {
        while (!isClosing(served)) {
            LockSupport.park();
        }
    }

    private synchronized boolean isClosing(Closeable served) {
        application = served;
        return !told;
    }
}
