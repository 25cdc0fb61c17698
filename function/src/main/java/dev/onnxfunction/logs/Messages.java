package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.text.Printable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** What lines say to people, in every layout. */
final class Messages {

    private static final long NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    private static final int UNAVAILABLE = 503;

    /** What is shown of a method or path, which clients may make up. */
    private static final int MAX_TEXT = 200;

    /** Of a message, which may quote a model file, in UTF-16 units. */
    private static final int MAX_MESSAGE = 8000;

    /** The JDK's own way with a message and its parameters. */
    private static final Formatter FORMATTER =
            new Formatter() {
                @Override
                public String format(LogRecord record) {
                    return formatMessage(record);
                }
            };

    private Messages() {}

    /**
     * Such as {@code POST /predict 400 invalid-features 0.312 ms}: ASCII with nothing to escape.
     */
    static void write(Exchange exchange, JsonWriter text) {
        writePrintable(exchange.method(), text);
        text.append(' ');
        writePrintable(exchange.path(), text);
        text.append(' ').append(exchange.status());
        if (exchange.isFailure()) {
            text.append(' ').appendAscii(exchange.outcome());
        }
        long micros = exchange.nanos() / NANOS_PER_MICRO;
        text.append(' ').append(micros / 1000).append('.').appendDigits(micros, 3);
        text.appendAscii(" ms");
    }

    /** How grave the answer to a request is. That there is no room for one is no defect. */
    static Level level(Exchange exchange) {
        if (exchange.status() >= 500 && exchange.status() != UNAVAILABLE) {
            return Level.SEVERE;
        }
        return exchange.isFailure() ? Level.WARNING : Level.INFO;
    }

    static String of(LogRecord record) {
        return Printable.of(String.valueOf(FORMATTER.format(record)), MAX_MESSAGE);
    }

    static String stackTrace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return Printable.lines(trace.toString());
    }

    /** Writes what a client made up, so that it neither ends a line nor a string. */
    static void writePrintable(String text, JsonWriter out) {
        int end = Math.min(text.length(), MAX_TEXT);
        for (int i = 0; i < end; i++) {
            char next = text.charAt(i);
            boolean odd = next <= ' ' || next >= 0x7f || next == '"' || next == '\\';
            out.append(odd ? '?' : next);
        }
        if (end < text.length()) {
            out.appendAscii("...");
        }
    }
}
