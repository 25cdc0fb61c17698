package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.TooManyCellsException;
import dev.onnxfunction.predict.TooManyRowsException;

import java.util.function.Function;
import java.util.function.Supplier;

/** How rows come in a request, and how their predictions are answered. Thread-safe. */
public interface RowFormat {

    /** A format that is made, and its classes loaded, with the first request. */
    static RowFormat lazily(Supplier<? extends RowFormat> format) {
        return new LazyFormat(format);
    }

    /**
     * Adds the rows of a request to an empty batch.
     *
     * @return writes the answer once all rows are predicted
     * @throws JsonException if the body is not what the format demands: the end of a sentence that
     *     begins with "The body"
     * @throws RefusedException for any other reason that is not a row's
     * @throws TooManyRowsException if it has more rows than are allowed
     * @throws TooManyCellsException if it has more rows times features than are allowed
     * @throws InvalidRowsException if rows have faults: all of them are listed
     */
    Function<Batch, Response> read(Request request, Batch batch);

    /** What a body must be, as the end of a sentence that begins with "Send". */
    String wanted();

    /**
     * Whether the body may have more than so many rows, found out without parsing it: requests of
     * few rows are answered on the event loop.
     */
    boolean mayExceed(Request request, int rows);

    /** Whether body and answer are what {@code POST /predict} takes and gives, for samples. */
    default boolean isPlain() {
        return false;
    }
}
