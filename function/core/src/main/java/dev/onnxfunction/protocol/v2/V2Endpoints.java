package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.LazyFormat;
import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.ModelName;
import dev.onnxfunction.contract.PredictEndpoint;
import dev.onnxfunction.contract.Problem;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonWriter;

import org.springframework.util.function.SingletonSupplier;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The endpoints of the Open Inference Protocol V2. */
public final class V2Endpoints {

    private V2Endpoints() {}

    /** The endpoints of the server, and of the model with and without its version. */
    public static List<Endpoint> of(ServedModel served) {
        ModelName name = served.name();
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(document("/v2", Metadata::server));
        endpoints.add(
                Endpoint.get(
                                "/v2/health/live",
                                MediaTypes.JSON,
                                _ -> Response.ok(MediaTypes.JSON, "{\"live\":true}"))
                        .asHealth());
        endpoints.add(
                Endpoint.get(
                                "/v2/health/ready",
                                MediaTypes.JSON,
                                _ -> served.readiness("{\"ready\":true}", "{\"ready\":false}"))
                        .asHealth());
        RowFormat format = new LazyFormat(() -> new InferFormat(served));
        String model = "/v2/models/" + name.name();
        addModel(endpoints, model, served, format);
        if (name.version() != null) {
            addModel(endpoints, model + "/versions/" + name.version(), served, format);
        }
        return endpoints.stream().map(endpoint -> endpoint.refusing(V2Endpoints::error)).toList();
    }

    private static void addModel(
            List<Endpoint> endpoints, String path, ServedModel served, RowFormat format) {
        String name = new JsonWriter(64).appendString(served.name().name()).toString();
        endpoints.add(document(path, () -> Metadata.model(served.model(), served.name())));
        endpoints.add(
                Endpoint.get(
                                path + "/ready",
                                MediaTypes.JSON,
                                _ ->
                                        served.readiness(
                                                "{\"name\":" + name + ",\"ready\":true}",
                                                "{\"name\":" + name + ",\"ready\":false}"))
                        .asHealth());
        endpoints.add(
                PredictEndpoint.at(served, path + "/infer", format)
                        .consuming(MediaTypes.JSON, MediaTypes.BYTES)
                        .producing(MediaTypes.JSON, MediaTypes.BYTES));
    }

    /** Created at the first request. */
    private static Endpoint document(String path, Supplier<String> text) {
        SingletonSupplier<String> document = SingletonSupplier.of(text);
        return Endpoint.get(
                path, MediaTypes.JSON, _ -> Response.ok(MediaTypes.JSON, document.obtain()));
    }

    private static JsonWriter error(Problem problem) {
        return new JsonWriter(256).append("{\"error\":").appendString(problem.text()).append('}');
    }
}
