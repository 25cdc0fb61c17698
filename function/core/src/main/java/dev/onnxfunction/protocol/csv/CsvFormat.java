package dev.onnxfunction.protocol.csv;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.PredictEndpoint;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.BatchWriter;
import dev.onnxfunction.protocol.CsvBody;

import org.springframework.util.function.SingletonSupplier;

import java.util.function.Function;

/**
 * Rows in CSV with a header. The response is a JSON array, or CSV if the client prefers it. Not
 * available with functions before the model, because they take members whose names and types the
 * model does not know.
 */
public final class CsvFormat implements RowFormat {

    /** Bytes of the shortest row: a digit and the line break. */
    private static final int SHORTEST_ROW = 2;

    private static final int USUAL_ROW = 64;

    private final SingletonSupplier<CsvBody> body;
    private final SingletonSupplier<BatchWriter> writer;
    private final boolean interval;
    private final boolean csv;

    private CsvFormat(ServedModel served) {
        this.body = SingletonSupplier.of(() -> new CsvBody(served, wanted()));
        this.writer =
                SingletonSupplier.of(
                        () -> served.composition().writer(served.model(), served.predict()));
        this.interval = served.model().hasInterval();
        this.csv = !served.composition().hasFunctions();
    }

    /** Returns the endpoint; call it only if no functions are before the model. */
    public static Endpoint endpoint(String path, ServedModel served) {
        CsvFormat format = new CsvFormat(served);
        Endpoint endpoint = PredictEndpoint.at(served, path, format).consuming(MediaTypes.CSV);
        return format.csv ? endpoint.producing(MediaTypes.JSON, MediaTypes.CSV) : endpoint;
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        body.obtain().read(request, batch, true);
        return csv && MediaTypes.prefers(MediaTypes.CSV, MediaTypes.JSON, request.head().accept())
                ? this::answerInCsv
                : predicted -> Response.ok(MediaTypes.JSON, writer.obtain().write(predicted, true));
    }

    private Response answerInCsv(Batch batch) {
        JsonWriter lines = new JsonWriter(USUAL_ROW * (batch.size() + 1));
        lines.append(interval ? "predict,lower,upper\r\n" : "predict\r\n");
        for (int row = 0; row < batch.size(); row++) {
            lines.append(batch.prediction(row));
            if (interval) {
                lines.append(',').append(batch.lower(row));
                lines.append(',').append(batch.upper(row));
            }
            lines.append("\r\n");
        }
        return Response.ok(MediaTypes.CSV, lines);
    }

    @Override
    public String wanted() {
        return "CSV in UTF-8 (RFC 4180) whose first line has the names of the features, with curl"
                + " by --data-binary";
    }

    @Override
    public boolean mayExceed(Request request, int rows) {
        return request.length() / SHORTEST_ROW > rows && lines(request) > rows;
    }

    private static int lines(Request request) {
        int lines = 1;
        for (int i = 0; i < request.length(); i++) {
            lines += request.body()[i] == '\n' ? 1 : 0;
        }
        return lines;
    }
}
