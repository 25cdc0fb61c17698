package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.TooManyCellsException;
import dev.onnxfunction.predict.TooManyRowsException;

import java.util.function.Function;

/** A format of rows in requests and of predictions in responses. Thread-safe. */
public interface RowFormat {

    /**
     * Reads the rows of a request into an empty batch.
     *
     * @return function that writes the response once all rows are predicted
     * @throws JsonException if the body violates the format; its message ends a sentence that
     *     begins with "The body"
     * @throws RefusedException if the request is invalid for any other reason that does not concern
     *     a row
     * @throws TooManyRowsException if it has more rows than are allowed
     * @throws TooManyCellsException if it has more rows times features than are allowed
     * @throws InvalidRowsException if rows have faults; it lists all of them
     */
    Function<Batch, Response> read(Request request, Batch batch);

    /** Describes a valid body, as the end of a sentence that begins with "Send". */
    String wanted();

    /**
     * Estimates without parsing whether the body may have more than this number of rows. The event
     * loop answers requests with few rows.
     */
    boolean mayExceed(Request request, int rows);

    /** Whether body and response have the format of {@code POST /predict}, as samples need it. */
    default boolean isPlain() {
        return false;
    }
}
