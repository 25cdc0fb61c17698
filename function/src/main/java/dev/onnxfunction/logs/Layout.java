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
     * @return the line with its line break
     */
    JsonWriter line(Exchange exchange, long millis);

    /**
     * What a logger says.
     *
     * @return the line with its line break
     */
    JsonWriter line(LogRecord record);
}
