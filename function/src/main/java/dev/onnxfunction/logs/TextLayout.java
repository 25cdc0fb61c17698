package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;

import java.util.logging.LogRecord;

/**
 * Layout for people: {@code 2026-01-31T12:00:00.123Z INFO Serving flat-prices@1 on
 * /127.0.0.1:8080}.
 */
final class TextLayout implements Layout {

    @Override
    public void write(Exchange exchange, long millis, JsonWriter line) {
        begin(millis, Messages.level(exchange).getName(), line);
        Messages.write(exchange, line);
        if (exchange.rollout()) {
            line.appendAscii(" (rollout)");
        }
        line.appendAscii(System.lineSeparator());
    }

    @Override
    public JsonWriter line(LogRecord record) {
        JsonWriter line = new JsonWriter(256);
        begin(record.getMillis(), record.getLevel().getName(), line);
        line.append(Messages.of(record)).appendAscii(System.lineSeparator());
        return record.getThrown() == null
                ? line
                : line.append(Messages.stackTrace(record.getThrown()));
    }

    private static void begin(long millis, String level, JsonWriter line) {
        UtcTime.write(millis, line);
        line.append(' ').appendAscii(level).append(' ');
    }
}
