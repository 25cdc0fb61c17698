package dev.onnxfunction;

import org.jspecify.annotations.Nullable;

import sun.misc.Signal;

import java.io.Closeable;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the process on signals: with 0 on SIGTERM, for which the JVM would exit with 143, and with
 * 130 on SIGINT, as shells expect.
 *
 * <p>Before anything is served, the process ends at once, even while a model is being loaded.
 * Later, the application is closed first. A second SIGINT ends the process at once.
 *
 * <p>It does not use Spring, so that it works before Spring is loaded.
 */
final class Ending {

    private static final int SIGINT_CODE = 130;

    private @Nullable Closeable application;
    private boolean begun;

    /** Listens for signals from now on. */
    static Ending onSignals() {
        Ending ending = new Ending();
        Signal.handle(new Signal("TERM"), _ -> ending.begin(0, false));
        Signal.handle(new Signal("INT"), _ -> ending.begin(SIGINT_CODE, true));
        return ending;
    }

    /** On a thread that the JVM waits for, because soon there may be no other. */
    private void begin(int code, boolean impatient) {
        Thread.ofPlatform().daemon(false).name("ending").start(() -> end(code, impatient));
    }

    private void end(int code, boolean impatient) {
        Closeable open;
        synchronized (this) {
            if (begun && !impatient) {
                return;
            }
            open = begun ? null : application;
            begun = true;
        }
        if (open == null) {
            ProcessExit.now(code);
        } else {
            ProcessExit.after(open, code);
        }
    }

    /**
     * Sets the application to close before the process ends. Never returns if the process is
     * already ending.
     */
    void close(Closeable served) {
        while (!isClosing(served)) {
            LockSupport.park();
        }
    }

    private synchronized boolean isClosing(Closeable served) {
        application = served;
        return !begun;
    }
}
