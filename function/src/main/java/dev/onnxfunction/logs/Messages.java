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

/** The messages of log lines, the same in every layout. */
final class Messages {

    private static final long NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    private static final int UNAVAILABLE = 503;

    /** Maximum length of a method or path, which clients may invent. */
    private static final int MAX_TEXT = 200;

    /** Maximum length of a message, which may quote a model file, in UTF-16 units. */
    private static final int MAX_MESSAGE = 8000;

    /** The JDK's formatting of a message with parameters. */
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

    /** The severity of a response. Lack of capacity is not a defect. */
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

    /** Escapes a client's text, so that it can end neither a line nor a string. */
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
