package dev.onnxfunction.protocol.invocations;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.protocol.CsvBody;
import dev.onnxfunction.protocol.PredictionsWriter;

import org.springframework.util.function.SingletonSupplier;

import java.util.function.Function;

/**
 * CSV with a header, as for MLflow; or without one, as SageMaker sends it, but only with the media
 * type {@code text/csv; header=absent} (RFC 4180). Otherwise columns in another order than the
 * model's would go unnoticed.
 */
final class InvocationsCsvFormat implements RowFormat {

    private final SingletonSupplier<CsvBody> body;
    private final PredictionsWriter writer;

    InvocationsCsvFormat(ServedModel served) {
        this.body = SingletonSupplier.of(() -> new CsvBody(served, wanted()));
        this.writer = new PredictionsWriter(served);
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        String type = request.head().contentType();
        String header = type == null ? null : MediaTypes.parameter(type, "header");
        body.obtain().read(request, batch, !"absent".equals(header));
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
