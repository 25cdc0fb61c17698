package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;
import dev.onnxfunction.observe.TraceContext;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Handles failures that no client caused. Thread-safe.
 *
 * <p>After an {@link OutOfMemoryError}, the state of the process is unknown, so the process ends.
 * The JVM does this itself for the heap ({@code -XX:+ExitOnOutOfMemoryError}), but not for native
 * memory.
 */
final class Defects {

    private static final Logger LOG = Logger.getLogger(Defects.class.getName());

    private final Runnable outOfMemory;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param outOfMemory ends the process; called once, or again if it runs out of memory itself
     */
    Defects(Runnable outOfMemory) {
        this.outOfMemory = outOfMemory;
    }

    /**
     * Logs a failure, and ends the process if it is out of memory.
     *
     * @param trace of the affected request; null if there was none
     */
    void log(String message, Throwable failure, @Nullable TraceContext trace) {
        try {
            LogRecord record = new LogRecord(Level.SEVERE, message);
            record.setThrown(failure);
            if (trace != null) {
                record.setParameters(new Object[] {trace});
            }
            LOG.log(record);
        } finally {
            if (failure instanceof OutOfMemoryError && ended.compareAndSet(false, true)) {
                end();
            }
        }
    }

    private void end() {
        try {
            outOfMemory.run();
        } catch (OutOfMemoryError _) {
            ended.set(false); // Not even a thread could be started; the next failure tries again.
        }
    }

    Response answer() {
        return Response.internalError();
    }
}
