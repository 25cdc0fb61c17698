package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.settings.Settings;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
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

    private static final LineWriter LINES =
            new LineWriter(new FileOutputStream(FileDescriptor.err));

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

    /** Writes what has not been written yet. */
    static void flush() {
        LINES.flush();
    }

    /**
     * What is said of the process, not of a request, is written at once: it may be about to end.
     */
    private static final class LineHandler extends Handler {

        @Override
        public void publish(LogRecord record) {
            LINES.write(layout.line(record));
            LINES.flush();
        }

        @Override
        public void flush() {
            LINES.flush();
        }

        /**
         * Stays in its place. Whoever ends the process closes all handlers first, while requests
         * are still being answered, and there may be something to say of that.
         */
        @Override
        public void close() {
            LINES.flush();
            Logger.getLogger("").addHandler(this);
        }
    }
}
