package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.ModelName;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes inference responses: FP64 tensors of shape {@code [N]}. Thread-safe. */
final class InferWriter {

    /** Numbers with a comma are rarely longer, in bytes. */
    private static final int NUMBER_LENGTH = 21;

    private static final int HEAD_LENGTH = 256;

    private final List<Output> available;
    private final byte[] begin;

    InferWriter(ModelName name, boolean interval) {
        this.available = interval ? List.of(Output.values()) : List.of(Output.PREDICT);
        JsonWriter json = new JsonWriter(HEAD_LENGTH).append("{\"model_name\":");
        json.appendString(name.name());
        if (name.version() != null) {
            json.append(",\"model_version\":").appendString(name.version());
        }
        this.begin = Arrays.copyOf(json.bytes(), json.length());
    }

    /** The outputs for each row. */
    enum Output {
        /** The prediction. */
        PREDICT,
        /** The lower bound of its interval. */
        LOWER,
        /** The upper bound. */
        UPPER;

        private final String word = name().toLowerCase(Locale.ROOT);

        double of(Batch batch, int row) {
            return switch (this) {
                case PREDICT -> batch.prediction(row);
                case LOWER -> batch.lower(row);
                case UPPER -> batch.upper(row);
            };
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** The outputs that this model has. */
    List<Output> available() {
        return available;
    }

    /** Refuses requests for outputs that the model does not have. */
    void check(InferHead head) {
        Set<String> names = new HashSet<>();
        for (RequestedOutput output : head.outputs()) {
            if (available.stream().noneMatch(one -> one.toString().equals(output.name()))) {
                throw Invalid.because(
                        "The request asks for the output \"%s\". Ask for one or more of %s."
                                .formatted(output.name(), available));
            }
            if (!names.add(output.name())) {
                throw Invalid.because(
                        "The request asks for the output \"%s\" twice. Ask for it once."
                                .formatted(output.name()));
            }
        }
    }

    /** Writes the requested outputs of predicted rows. */
    Response write(InferHead head, Batch batch) {
        int rows = batch.size();
        List<Output> binary = new ArrayList<>();
        JsonWriter json = new JsonWriter(HEAD_LENGTH + rows * NUMBER_LENGTH * available.size());
        json.append(begin);
        if (head.id() != null) {
            json.append(",\"id\":").appendString(head.id());
        }
        json.append(",\"outputs\":");
        char separator = '[';
        for (RequestedOutput wanted : wanted(head)) {
            Output output = Output.valueOf(wanted.name().toUpperCase(Locale.ROOT));
            json.append(separator).append("{\"name\":\"").append(output.toString());
            json.append("\",\"shape\":[").append((long) rows).append("],\"datatype\":\"FP64\",");
            if (wanted.binary() == null ? head.binaryOutput() : wanted.binary()) {
                binary.add(output);
                json.append("\"parameters\":{\"binary_data_size\":");
                json.append((long) rows * Double.BYTES).append("}}");
            } else {
                write(output, batch, json);
            }
            separator = ',';
        }
        json.append("]}");
        return binary.isEmpty()
                ? Response.ok(MediaTypes.JSON, json)
                : withTensors(json, binary, batch);
    }

    private static void write(Output output, Batch batch, JsonWriter json) {
        json.append("\"data\":[");
        for (int row = 0; row < batch.size(); row++) {
            if (row > 0) {
                json.append(',');
            }
            json.append(output.of(batch, row));
        }
        json.append("]}");
    }

    private List<RequestedOutput> wanted(InferHead head) {
        return head.outputs().isEmpty()
                ? available.stream()
                        .map(output -> new RequestedOutput(output.toString(), null))
                        .toList()
                : head.outputs();
    }

    private static Response withTensors(JsonWriter json, List<Output> outputs, Batch batch) {
        int rows = batch.size();
        byte[] body =
                Arrays.copyOf(json.bytes(), json.length() + outputs.size() * rows * Double.BYTES);
        ByteBuffer tensors =
                ByteBuffer.wrap(body, json.length(), body.length - json.length())
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (Output output : outputs) {
            for (int row = 0; row < rows; row++) {
                tensors.putDouble(output.of(batch, row));
            }
        }
        return Response.ok(MediaTypes.BYTES, body, body.length)
                .with("inference-header-content-length", Integer.toString(json.length()));
    }
}
