package dev.onnxfunction.http;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.UNPROCESSABLE_ENTITY;

import dev.onnxfunction.explain.NoBackgroundException;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.predict.Faults;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.PredictionException;
import dev.onnxfunction.predict.TooManyCellsException;
import dev.onnxfunction.predict.TooManyRowsException;

/** What a body of rows gets that cannot be answered. */
final class RowFailures {

    private RowFailures() {}

    /**
     * The problem that a failure is.
     *
     * @param maxRows that a body may have
     * @throws RuntimeException the failure itself, if the body is not to blame
     */
    static Answer answer(RuntimeException failure, int maxRows) {
        return switch (failure) {
            case JsonException e ->
                    Problem.of(
                            BAD_REQUEST,
                            "Malformed JSON",
                            "The body "
                                    + e.getMessage()
                                    + ". Send one JSON object, feature name to value, or an array"
                                    + " of such objects.");
            case InvalidRowsException e ->
                    Problem.of(
                            BAD_REQUEST,
                            "Invalid features",
                            count(e.faults())
                                    + " in the rows, nothing was predicted. GET /model tells"
                                    + " what each feature must be.",
                            e.faults());
            case TooManyRowsException _ ->
                    Problem.of(
                            REQUEST_ENTITY_TOO_LARGE,
                            "Too many rows",
                            "The body has more than "
                                    + maxRows
                                    + " rows. Send them in several requests.");
            case TooManyCellsException e ->
                    Problem.of(
                            REQUEST_ENTITY_TOO_LARGE,
                            "Too many cells",
                            "The body has more than %d rows of %d features, which is more than %d cells. Send its rows in several requests, or raise limits.max-cells."
                                    .formatted(
                                            Math.max(1, e.maxCells() / e.features()),
                                            e.features(),
                                            e.maxCells()));
            case PredictionException e ->
                    Problem.of(
                            UNPROCESSABLE_ENTITY,
                            "Prediction failed",
                            "The model fails for "
                                    + count(e.faults()).replace("fault", "row")
                                    + ", nothing was predicted. Leave these rows out, or correct"
                                    + " the model.",
                            e.faults());
            case NoBackgroundException e ->
                    Problem.of(UNPROCESSABLE_ENTITY, "No background", e.getMessage());
            default -> throw failure;
        };
    }

    private static String count(Faults faults) {
        String listed =
                faults.total() > faults.listed().size()
                        ? ", of which the first " + faults.listed().size() + " are listed,"
                        : "";
        return faults.total() + (faults.total() == 1 ? " fault" : " faults") + listed;
    }
}
