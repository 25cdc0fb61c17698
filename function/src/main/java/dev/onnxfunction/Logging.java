package dev.onnxfunction;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Lines such as {@code 2026-01-31T12:00:00.123Z INFO Listening on /127.0.0.1:8080} on the error
 * stream. The format of the JDK would take two lines, and a tenth of a second to load locales.
 */
final class Logging {

    /** Tells a start that fails, with all its causes, before it is told for people. */
    private static final Logger CONTEXT =
            Logger.getLogger("org.springframework.context.support.GenericApplicationContext");

    private Logging() {}

    static void configure() {
        // Without these, Spring's logging tries other libraries and asks the class path.
        String logging = "org.apache.commons.logging.";
        System.setProperty(logging + "LogFactory", logging + "impl.LogFactoryImpl");
        System.setProperty(logging + "Log", logging + "impl.Jdk14Logger");
        CONTEXT.setLevel(Level.SEVERE);
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.setFormatter(new LineFormatter());
        }
    }

    private static final class LineFormatter extends Formatter {

        @Override
        public String format(LogRecord record) {
            String line =
                    record.getInstant()
                            + " "
                            + record.getLevel().getName()
                            + " "
                            + formatMessage(record)
                            + System.lineSeparator();
            return record.getThrown() == null ? line : line + trace(record.getThrown());
        }

        private static String trace(Throwable thrown) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace, true));
            return trace.toString();
        }
    }
}
