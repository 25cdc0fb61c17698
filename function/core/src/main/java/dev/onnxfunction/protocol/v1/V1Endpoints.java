package dev.onnxfunction.protocol.v1;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.LazyFormat;
import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.PredictEndpoint;
import dev.onnxfunction.contract.Problem;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.settings.Settings;

import java.util.ArrayList;
import java.util.List;

/** The endpoints of V1, and those that Vertex AI names in its environment variables. */
public final class V1Endpoints {

    private static final String MODELS = "/v1/models";

    private V1Endpoints() {}

    /** The list of models, the model, and its predictions. */
    public static List<Endpoint> of(ServedModel served) {
        String name = served.name().name();
        Settings.Vertex vertex = served.settings().http().vertex();
        RowFormat format = new LazyFormat(() -> new InstancesFormat(served));
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(
                Endpoint.get(
                        MODELS,
                        MediaTypes.JSON,
                        _ -> Response.ok(MediaTypes.JSON, "{\"models\":[\"" + name + "\"]}")));
        endpoints.add(ready(served, MODELS + "/" + name));
        endpoints.add(PredictEndpoint.at(served, MODELS + "/" + name + ":predict", format));
        if (vertex.healthRoute() != null) {
            endpoints.add(ready(served, vertex.healthRoute()));
        }
        if (vertex.predictRoute() != null) {
            endpoints.add(PredictEndpoint.at(served, vertex.predictRoute(), format));
        }
        return endpoints.stream().map(endpoint -> endpoint.refusing(V1Endpoints::error)).toList();
    }

    /** The name needs no escapes, because it is a valid path segment. */
    private static Endpoint ready(ServedModel served, String path) {
        String begin = "{\"name\":\"" + served.name().name() + "\",\"ready\":";
        return Endpoint.get(
                        path,
                        MediaTypes.JSON,
                        _ -> served.readiness(begin + "true}", begin + "false}"))
                .asHealth();
    }

    private static JsonWriter error(Problem problem) {
        return new JsonWriter(256).append("{\"error\":").appendString(problem.text()).append('}');
    }
}
