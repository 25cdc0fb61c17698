package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;

import java.util.logging.LogRecord;

/** Formats lines of the log. Thread-safe. */
interface Layout {

    /**
     * Formats an answered request.
     *
     * @param millis time of the event, in milliseconds since 1970
     * @param line empty buffer that receives the line with its line break
     */
    void write(Exchange exchange, long millis, JsonWriter line);

    /**
     * Formats a logger's record.
     *
     * @return the line with its line break
     */
    JsonWriter line(LogRecord record);
}
