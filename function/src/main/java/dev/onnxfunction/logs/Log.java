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
 * The log of the process, on its error stream: what loggers of {@code java.util.logging} say, and
 * what happens to requests. Thread-safe.
 */
public final class Log {

    /** Tells a start that fails, with all its causes, before it is told for people. */
    private static final Logger CONTEXT =
            Logger.getLogger("org.springframework.context.support.GenericApplicationContext");

    /** How long the end of the process waits for the error stream to take the last lines. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final LineWriter LINES =
            new LineWriter(new FileOutputStream(FileDescriptor.err), Log::missing);

    /** One for each thread, as a line is so often written. */
    private static final ThreadLocal<JsonWriter> LINE =
            ThreadLocal.withInitial(() -> new JsonWriter(1024));

    private static volatile CloudLayout cloud = new CloudLayout(null, false, null);
    private static volatile Layout layout = new TextLayout();

    private Log() {}

    /**
     * Makes all loggers write here, for people until {@link #use} says otherwise. The console of
     * the JDK would take two lines for a message, and a tenth of a second to load locales.
     */
    public static void configure() {
        // Without these, Spring's logging tries other libraries and asks the class path.
        String logging = "org.apache.commons.logging.";
        System.setProperty(logging + "LogFactory", logging + "impl.LogFactoryImpl");
        System.setProperty(logging + "Log", logging + "impl.Jdk14Logger");
        CONTEXT.setLevel(Level.SEVERE);
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new LineHandler());
    }

    /** Makes all further lines look as the settings say. */
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

    /** Lines that were dropped since the start, because the error stream did not take them. */
    public static long droppedLines() {
        return LINES.dropped();
    }

    /**
     * Waits until all lines are written: for the end of the process, which it holds up by 2 s at
     * most if the error stream takes nothing.
     */
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

    /** What is said of the process, not of a request, does not wait for further lines. */
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
         * Stays in its place. Whoever ends the process closes all handlers first, while requests
         * are still being answered, and there may be something to say of that.
         */
        @Override
        public void close() {
            Logger.getLogger("").addHandler(this);
        }
    }
}
