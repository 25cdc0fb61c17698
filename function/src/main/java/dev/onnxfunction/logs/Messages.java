package dev.onnxfunction.logs;

import dev.onnxfunction.observe.Exchange;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** What lines say to people, in every layout. */
final class Messages {

    private static final long NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    /** What is shown of a method or path, which clients may make up. */
    private static final int MAX_TEXT = 200;

    private Messages() {}

    /** Such as {@code POST /predict 400 invalid-features 0.312 ms}. */
    static String of(Exchange exchange) {
        long micros = exchange.nanos() / NANOS_PER_MICRO;
        String fraction = Long.toString(1000 + micros % 1000).substring(1);
        String outcome = exchange.isFailure() ? " " + exchange.outcome() : "";
        return printable(exchange.method())
                + " "
                + printable(exchange.path())
                + " "
                + exchange.status()
                + outcome
                + " "
                + micros / 1000
                + "."
                + fraction
                + " ms";
    }

    /** How grave the answer to a request is. */
    static Level level(Exchange exchange) {
        if (exchange.status() >= 500) {
            return Level.SEVERE;
        }
        return exchange.isFailure() ? Level.WARNING : Level.INFO;
    }

    static String of(LogRecord record) {
        Object[] values = record.getParameters();
        String message = String.valueOf(record.getMessage());
        return values == null || values.length == 0 || !message.contains("{0")
                ? message
                : MessageFormat.format(message, values);
    }

    static String stackTrace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }

    /** A text that a client made up, as one word of one line. */
    static String printable(String text) {
        int end = Math.min(text.length(), MAX_TEXT);
        StringBuilder shown = null;
        for (int i = 0; i < end; i++) {
            char next = text.charAt(i);
            if (next <= ' ' || next >= 0x7f) {
                shown = shown == null ? new StringBuilder(text.substring(0, end)) : shown;
                shown.setCharAt(i, '?');
            }
        }
        String cut = shown == null ? text.substring(0, end) : shown.toString();
        return end < text.length() ? cut + "…" : cut;
    }
}
