package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.settings.Settings;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log of the process on its error stream: records of {@code java.util.logging} and lines for
 * requests. Thread-safe.
 */
public final class Log {

    /**
     * Logs a warning with all causes when a start fails, before the readable message. Suppressed.
     */
    private static final Logger CONTEXT = Logger.getLogger("dev.onnxfunction.LeanContext");

    /**
     * Maximum time that the end of the process waits for the error stream to take the last lines.
     */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final LineWriter LINES =
            new LineWriter(new FileOutputStream(FileDescriptor.err), Log::missing);

    /** One buffer for each thread, because lines are written so often. */
    private static final ThreadLocal<JsonWriter> LINE =
            ThreadLocal.withInitial(() -> new JsonWriter(1024));

    private static volatile CloudLayout cloud = new CloudLayout(null, false, null);
    private static volatile Layout layout = new TextLayout();

    private Log() {}

    /**
     * Makes all loggers write here, as text until {@link #use} sets another layout. The JDK's
     * console handler would write two lines for a message and take 0.1 s to load locales.
     */
    public static void configure() {
        SpringLogs.install();
        CONTEXT.setLevel(Level.SEVERE);
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new LineHandler());
    }

    /** Formats all further lines as configured. */
    public static void use(Settings settings) {
        Settings.Log log = settings.log();
        cloud = new CloudLayout(log.project(), settings.traces() != null, log.revision());
        layout = log.json() ? cloud : new TextLayout();
    }

    static void write(Exchange exchange) {
        JsonWriter line = LINE.get().clear();
        layout.write(exchange, System.currentTimeMillis(), line);
        LINES.write(line);
    }

    static void write(String member, JsonWriter value, TraceContext trace) {
        LINES.write(cloud.line(member, value, trace, System.currentTimeMillis()));
    }

    /**
     * Number of lines that were dropped since the start because the error stream did not take them.
     */
    public static long droppedLines() {
        return LINES.dropped();
    }

    /** Waits until all lines are written, at most 2 s; called at the end of the process. */
    public static void drain() {
        LINES.await(PATIENCE_NANOS);
    }

    private static JsonWriter missing(long dropped) {
        return layout.line(
                new LogRecord(
                        Level.WARNING,
                        "Log lines dropped here, because the error stream did not take them: "
                                + dropped
                                + ". Read it faster, or log less with log.access=failures."));
    }

    /** Lines about the process, not about a request, are written without delay. */
    private static final class LineHandler extends Handler {

        @Override
        public void publish(LogRecord record) {
            LINES.writeAtOnce(layout.line(record));
        }

        @Override
        public void flush() {
            drain();
        }

        /**
         * Does nothing. The shutdown closes all handlers while requests are still being answered,
         * and these may still log.
         */
        @Override
        public void close() {
            Logger.getLogger("").addHandler(this);
        }
    }
}
