package dev.onnxfunction.logs;

import dev.onnxfunction.observe.Exchange;

import java.nio.charset.StandardCharsets;
import java.util.logging.LogRecord;

/** For people: {@code 2026-01-31T12:00:00.123Z INFO Serving flat-prices@1 on /127.0.0.1:8080}. */
final class TextLayout implements Layout {

    @Override
    public byte[] line(Exchange exchange, long millis) {
        String level = Messages.level(exchange).getName();
        return line(millis, level, Messages.of(exchange));
    }

    @Override
    public byte[] line(LogRecord record) {
        String message = Messages.of(record);
        if (record.getThrown() != null) {
            message +=
                    System.lineSeparator()
                            + Messages.stackTrace(record.getThrown()).stripTrailing();
        }
        return line(record.getMillis(), record.getLevel().getName(), message);
    }

    private static byte[] line(long millis, String level, String message) {
        String line = UtcTime.of(millis) + " " + level + " " + message + System.lineSeparator();
        return line.getBytes(StandardCharsets.UTF_8);
    }
}
