package dev.onnxfunction.http;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.GATEWAY_TIMEOUT;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;
import static io.netty.handler.codec.http.HttpResponseStatus.UNPROCESSABLE_ENTITY;

import dev.onnxfunction.compose.FunctionException;
import dev.onnxfunction.explain.NoBackgroundException;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.predict.Faults;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.PredictionException;
import dev.onnxfunction.predict.TooManyCellsException;
import dev.onnxfunction.predict.TooManyRowsException;

import io.netty.handler.codec.http.HttpResponseStatus;

/** What a body of rows gets that cannot be answered. */
final class RowFailures {

    /** As nginx calls it; nobody reads it but the log, the metrics and half-closed clients. */
    private static final HttpResponseStatus CLIENT_CLOSED_REQUEST =
            new HttpResponseStatus(499, "Client Closed Request");

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
            case FunctionException e ->
                    Problem.of(
                            UNPROCESSABLE_ENTITY,
                            "Function failed",
                            "A function before or after the model fails for "
                                    + count(e.faults()).replace("fault", "row")
                                    + ", so there is no answer. Leave these rows out, or correct"
                                    + " the function.",
                            e.faults());
            case NoBackgroundException e ->
                    Problem.of(UNPROCESSABLE_ENTITY, "No background", e.getMessage());
            case EndedException e -> ended(e.reason());
            default -> throw failure;
        };
    }

    static Answer ended(Task.End reason) {
        return switch (reason) {
            case LATE ->
                    Problem.of(
                            GATEWAY_TIMEOUT,
                            "Deadline exceeded",
                            "The model did not answer in time, and was stopped. Send fewer rows,"
                                    + " or raise the timeout.");
            case CANCELLED ->
                    Problem.of(
                            CLIENT_CLOSED_REQUEST,
                            "Client closed request",
                            "The client closed its side of the connection before the answer was"
                                    + " there. Keep it open until then.");
            case STOPPED ->
                    Problem.of(
                            SERVICE_UNAVAILABLE,
                            "Stopping",
                            "The process stops, and the model did not answer before. Send it"
                                    + " again.");
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
