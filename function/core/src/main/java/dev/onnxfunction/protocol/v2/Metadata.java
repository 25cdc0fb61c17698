package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.contract.ModelName;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.protocol.Version;

/** Metadata of the server and of the model. */
final class Metadata {

    private Metadata() {}

    static String server() {
        return new JsonWriter(128)
                .append("{\"name\":\"onnx-function\",\"version\":")
                .appendString(Version.CURRENT)
                .append(",\"extensions\":[\"binary_tensor_data\"]}")
                .toString();
    }

    /** An input for each feature, in the model's order, and the outputs. */
    static String model(OnnxModel model, ModelName name) {
        JsonWriter json = new JsonWriter(1024).append("{\"name\":").appendString(name.name());
        json.append(",\"versions\":[");
        if (name.version() != null) {
            json.appendString(name.version());
        }
        json.append("],\"platform\":\"onnx_onnxv1\",\"inputs\":");
        char separator = '[';
        for (Feature feature : model.features()) {
            tensor(json.append(separator), feature.name(), Datatype.of(feature.type()));
            separator = ',';
        }
        json.append("],\"outputs\":");
        separator = '[';
        for (InferWriter.Output output : new InferWriter(name, model.hasInterval()).available()) {
            tensor(json.append(separator), output.toString(), Datatype.FP64);
            separator = ',';
        }
        return json.append("]}").toString();
    }

    private static void tensor(JsonWriter json, String name, Datatype type) {
        json.append("{\"name\":").appendString(name);
        json.append(",\"datatype\":").appendString(type.name()).append(",\"shape\":[-1]}");
    }
}
