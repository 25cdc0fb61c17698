package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Exchange;

import java.util.logging.LogRecord;

/** How a line of the log looks. Thread-safe. */
interface Layout {

    /**
     * A request that was answered.
     *
     * @param millis when, since 1970
     * @param line that is empty; gets the line with its line break
     */
    void write(Exchange exchange, long millis, JsonWriter line);

    /**
     * What a logger says.
     *
     * @return the line with its line break
     */
    JsonWriter line(LogRecord record);
}
