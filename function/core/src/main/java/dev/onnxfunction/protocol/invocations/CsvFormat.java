package dev.onnxfunction.protocol.invocations;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Problem;
import dev.onnxfunction.contract.RefusedException;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.csv.CsvException;
import dev.onnxfunction.csv.CsvReader;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.protocol.PredictionsWriter;
import dev.onnxfunction.settings.Settings;

import java.util.function.Function;

/**
 * CSV with a header, as MLflow takes it; or, as SageMaker sends it, without one, but only where the
 * media type says so: {@code text/csv; header=absent} (RFC 4180). Else nobody would notice columns
 * in another order than the model's.
 */
final class CsvFormat implements RowFormat {

    private final CsvReader reader;
    private final PredictionsWriter writer;

    CsvFormat(ServedModel served) {
        Settings.Limits limits = served.settings().limits();
        this.reader = new CsvReader(limits.maxRows(), limits.maxCells());
        this.writer = new PredictionsWriter(served);
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        String type = request.head().contentType();
        String header = type == null ? null : MediaTypes.parameter(type, "header");
        try {
            if ("absent".equals(header)) {
                reader.readInOrder(request.body(), request.length(), batch);
            } else {
                reader.read(request.body(), request.length(), batch);
            }
        } catch (CsvException e) {
            throw new RefusedException(
                    Problem.of(
                            400,
                            "Malformed CSV",
                            "The body " + e.getMessage() + ". Send " + wanted() + "."));
        }
        boolean json = MediaTypes.isAcceptable(MediaTypes.JSON, request.head().accept());
        return predicted -> json ? writer.write(predicted, false) : writer.writeLines(predicted);
    }

    @Override
    public String wanted() {
        return "CSV in UTF-8 with a header of feature names; or Content-Type: text/csv;"
                + " header=absent, and the columns in the model's order";
    }

    @Override
    public boolean mayExceed(Request request, int rows) {
        return request.length() / 2 > rows;
    }
}
