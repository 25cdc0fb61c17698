package dev.onnxfunction;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

import sun.misc.Signal;

import java.util.concurrent.locks.LockSupport;

/**
 * Ends the process when it is told to: with 0 on SIGTERM, where the JVM would exit with 143, and
 * with 130 on SIGINT, as a shell expects it.
 *
 * <p>Before anything is served, nobody waits for an answer: it ends at once, even while a model is
 * being loaded. After that, the application is closed first. A second SIGINT, from a person who
 * does not want to wait, ends it at once, too.
 */
final class Ending implements SmartLifecycle {

    private static final int SIGINT_CODE = 130;

    private @Nullable ConfigurableApplicationContext application;
    private boolean serving;
    private boolean told;

    /** Listens for signals from now on. */
    static Ending onSignals() {
        Ending ending = new Ending();
        Signal.handle(new Signal("TERM"), _ -> ending.begin(0, false));
        Signal.handle(new Signal("INT"), _ -> ending.begin(SIGINT_CODE, true));
        return ending;
    }

    /**
     * Closes an application before it ends.
     *
     * @param started that this is a part of
     */
    Ending closing(ConfigurableApplicationContext started) {
        application = started;
        return this;
    }

    /** In a thread that the JVM waits for, as there may soon be no other. */
    private void begin(int code, boolean impatient) {
        Thread.ofPlatform().daemon(false).name("ending").start(() -> end(code, impatient));
    }

    private void end(int code, boolean impatient) {
        ConfigurableApplicationContext open;
        synchronized (this) {
            if (told && !impatient) {
                return;
            }
            open = serving && !told ? application : null;
            told = true;
        }
        if (open == null) {
            ProcessExit.now(code);
        } else {
            ProcessExit.after(open, code);
        }
    }

    /** The model is loaded and about to be served; never returns if the process is ending. */
    @Override
    public void start() {
        while (!serve()) {
            LockSupport.park();
        }
    }

    private synchronized boolean serve() {
        serving = !told;
        return serving;
    }

    @Override
    public void stop() {}

    @Override
    public synchronized boolean isRunning() {
        return serving;
    }

    /** Just before the server. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }
}
