package dev.onnxfunction.contract;

import dev.onnxfunction.compose.FunctionException;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.PredictionException;
import dev.onnxfunction.predict.TooManyRowsException;

/** Error of a single row of a stream; the other rows are still answered. */
final class RowRefusal {

    private RowRefusal() {}

    /**
     * Returns the error for a failure.
     *
     * @param row number of the row, from 0
     * @throws RuntimeException the failure itself, if the row is not the cause
     */
    static Response of(RuntimeException failure, int row) {
        return switch (failure) {
            case JsonException e -> malformed(e.getMessage());
            case TooManyRowsException _ -> malformed("is a list");
            case InvalidRowsException e -> invalid(e.faults().of(row));
            case PredictionException e ->
                    Response.error(
                            422,
                            "Prediction failed",
                            "The model fails for this row. Leave it out, or correct the model.",
                            e.faults().of(row));
            case FunctionException e ->
                    Response.error(
                            422,
                            "Function failed",
                            "A function before or after the model fails for this row. Leave it"
                                    + " out, or correct the function.",
                            e.faults().of(row));
            default -> throw failure;
        };
    }

    /**
     * Returns the error for a line that is not a row.
     *
     * @param problem the end of a sentence that begins with "The line"
     */
    static Response malformed(String problem) {
        return Response.error(
                400,
                "Malformed JSON",
                "The line "
                        + problem
                        + ". Send one JSON object on each line, feature name to value.");
    }

    static Response invalid(Faults faults) {
        return Response.error(
                400,
                "Invalid features",
                faults.total()
                        + (faults.total() == 1 ? " fault" : " faults")
                        + " in this row, which was not predicted. GET /model lists what each"
                        + " feature must be.",
                faults);
    }

    static Response tooLong(int maxLine) {
        return Response.error(
                413,
                "Row too large",
                "The line has more than " + maxLine + " bytes, and was skipped. Shorten it.");
    }

    /** Writes the problem of a row with the row's number. */
    static void write(Response problem, long row, JsonWriter out) {
        out.append("{\"row\":").append(row).append(',');
        out.append(problem.body(), 1, problem.length() - 1).append('\n');
    }
}
