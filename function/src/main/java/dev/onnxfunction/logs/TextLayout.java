package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;

import java.util.logging.LogRecord;

/** For people: {@code 2026-01-31T12:00:00.123Z INFO Serving flat-prices@1 on /127.0.0.1:8080}. */
final class TextLayout implements Layout {

    @Override
    public JsonWriter line(Exchange exchange, long millis) {
        String level = Messages.level(exchange).getName();
        return line(millis, level, Messages.of(exchange));
    }

    @Override
    public JsonWriter line(LogRecord record) {
        String message = Messages.of(record);
        if (record.getThrown() != null) {
            message +=
                    System.lineSeparator()
                            + Messages.stackTrace(record.getThrown()).stripTrailing();
        }
        return line(record.getMillis(), record.getLevel().getName(), message);
    }

    private static JsonWriter line(long millis, String level, String message) {
        JsonWriter line = new JsonWriter(256);
        line.appendAscii(UtcTime.of(millis)).append(' ').appendAscii(level).append(' ');
        return line.append(message).appendAscii(System.lineSeparator());
    }
}
