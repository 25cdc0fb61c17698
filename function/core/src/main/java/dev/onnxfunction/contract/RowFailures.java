package dev.onnxfunction.contract;

import dev.onnxfunction.compose.FunctionException;
import dev.onnxfunction.explain.NoBackgroundException;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.PredictionException;
import dev.onnxfunction.predict.TooManyCellsException;
import dev.onnxfunction.predict.TooManyRowsException;

/** Maps failures of requests with rows to error responses. */
public final class RowFailures {

    /** nginx's code; only the log, the metrics and half-closed clients see it. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    /** Describes a body in the function's own format. */
    static final String ROWS =
            "one JSON object, feature name to value, or an array of such objects";

    private RowFailures() {}

    /**
     * Returns the error response for a failure.
     *
     * @param maxRows maximum rows of a body
     * @throws RuntimeException the failure itself, if the body is not the cause
     */
    public static Response answer(RuntimeException failure, int maxRows) {
        return answer(failure, maxRows, ROWS);
    }

    /**
     * Returns the error response for a failure of a request in another format.
     *
     * @param wanted describes a valid body, as the end of a sentence that begins with "Send"
     */
    static Response answer(RuntimeException failure, int maxRows, String wanted) {
        return switch (failure) {
            case RefusedException e -> e.response();
            case JsonException e ->
                    Response.error(
                            400,
                            "Malformed JSON",
                            "The body " + e.getMessage() + ". Send " + wanted + ".");
            case InvalidRowsException e ->
                    Response.error(
                            400,
                            "Invalid features",
                            count(e.faults())
                                    + " in the rows, nothing was predicted. GET /model lists"
                                    + " what each feature must be.",
                            e.faults());
            case TooManyRowsException _ ->
                    Response.error(
                            413,
                            "Too many rows",
                            "The body has more than "
                                    + maxRows
                                    + " rows. Send them in several requests.");
            case TooManyCellsException e ->
                    Response.error(
                            413,
                            "Too many cells",
                            "The body has more than %d rows of %d features, which is more than %d cells. Send its rows in several requests, or raise limits.max-cells."
                                    .formatted(
                                            Math.max(1, e.maxCells() / e.features()),
                                            e.features(),
                                            e.maxCells()));
            case PredictionException e ->
                    Response.error(
                            422,
                            "Prediction failed",
                            "The model fails for "
                                    + count(e.faults()).replace("fault", "row")
                                    + ", nothing was predicted. Leave these rows out, or correct"
                                    + " the model.",
                            e.faults());
            case FunctionException e ->
                    Response.error(
                            422,
                            "Function failed",
                            "A function before or after the model fails for "
                                    + count(e.faults()).replace("fault", "row")
                                    + ", so there is no answer. Leave these rows out, or correct"
                                    + " the function.",
                            e.faults());
            case NoBackgroundException e -> Response.error(422, "No background", e.getMessage());
            case EndedException e -> ended(e.reason());
            default -> throw failure;
        };
    }

    /** Returns the error response for rows whose task has been ended for this reason. */
    public static Response ended(EndedException.Reason reason) {
        return switch (reason) {
            case LATE ->
                    Response.error(
                            504,
                            "Deadline exceeded",
                            "The model did not answer in time, and was stopped. Send fewer rows,"
                                    + " or raise the timeout.");
            case CANCELLED ->
                    Response.error(
                            CLIENT_CLOSED_REQUEST,
                            "Client closed request",
                            "The client closed its side of the connection before it had the"
                                    + " response. Keep it open until then.");
            case STOPPED ->
                    Response.error(
                            503,
                            "Stopping",
                            "The process is stopping, and the model did not answer in time. Send"
                                    + " the request again.");
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
