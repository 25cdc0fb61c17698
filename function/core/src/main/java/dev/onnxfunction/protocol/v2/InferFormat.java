package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.predict.RowLimit;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/** Rows as tensors, which fill the columns that {@link Places} finds for them. */
final class InferFormat implements RowFormat {

    /** Header with the bytes of JSON at the start of the body, if binary tensors follow. */
    private static final String HEADER_LENGTH = "inference-header-content-length";

    private final Places places;
    private final InferWriter writer;
    private final RowLimit limit;

    /** Minimum elements of a row, at least 1. */
    private final int fewest;

    InferFormat(ServedModel served) {
        List<Feature> features = served.model().features();
        this.places = new Places(served.model());
        this.writer = new InferWriter(served.name(), served.model().hasInterval());
        Settings.Limits limits = served.settings().limits();
        this.limit = new RowLimit(limits.maxRows(), limits.maxCells(), features.size());
        this.fewest = (int) features.stream().filter(feature -> !feature.missing()).count();
    }

    @Override
    public Function<Batch, Response> read(Request request, Batch batch) {
        int jsonLength = jsonLength(request);
        JsonReader json = new JsonReader(request.body(), jsonLength);
        InferHead head = new HeadParser(json).parse();
        writer.check(head);
        int rows = rows(head.inputs());
        List<@Nullable List<Column>> into = places.of(head.inputs());
        batch.addRows(rows);
        ByteBuffer binary =
                ByteBuffer.wrap(request.body(), jsonLength, request.length() - jsonLength).slice();
        new TensorReader(head, json, binary, batch).read(into);
        return predicted -> writer.write(head, predicted);
    }

    @Override
    public String wanted() {
        return "an inference request in JSON, and behind it the tensors that are binary";
    }

    @Override
    public boolean mayExceed(Request request, int rows) {
        return request.length() / Math.max(1, fewest) > rows;
    }

    private static int jsonLength(Request request) {
        String length = request.head().header(HEADER_LENGTH);
        if (length == null) {
            return request.length();
        }
        try {
            int bytes = Integer.parseInt(length);
            if (bytes >= 0 && bytes <= request.length()) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            throw wrongLength(request);
        }
        throw wrongLength(request);
    }

    private static RuntimeException wrongLength(Request request) {
        return Invalid.because(
                "Inference-Header-Content-Length is not a number from 0 to %d, the bytes of the body. Send the bytes of its JSON."
                        .formatted(request.length()));
    }

    private int rows(List<InputHead> inputs) {
        if (inputs.isEmpty()) {
            throw Invalid.because("\"inputs\" is empty. Send an input for each feature, by name.");
        }
        InputHead first = inputs.getFirst();
        for (InputHead input : inputs) {
            if (input.rows() != first.rows()) {
                throw Invalid.because(
                        "The input %s has %d rows, and %s has %d. Send as many for each."
                                .formatted(first.name(), first.rows(), input.name(), input.rows()));
            }
        }
        limit.check(first.rows());
        return first.rows();
    }
}
