package dev.onnxfunction.protocol.invocations;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.LazyFormat;
import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.PredictEndpoint;
import dev.onnxfunction.contract.Problem;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.protocol.Version;

import java.util.ArrayList;
import java.util.List;

/** The endpoints of MLflow's scoring server, two of which are those of SageMaker. */
public final class InvocationsEndpoints {

    private static final String PATH = "/invocations";

    private InvocationsEndpoints() {}

    /** Predictions, probes, and the version. */
    public static List<Endpoint> of(ServedModel served) {
        List<Endpoint> endpoints = new ArrayList<>();
        String[]
                produced = // What functions return last may be no number, so that no line holds it.
                served.composition().after().isEmpty()
                                ? new String[] {MediaTypes.JSON, MediaTypes.CSV}
                                : new String[] {MediaTypes.JSON};
        endpoints.add(
                PredictEndpoint.at(served, PATH, new LazyFormat(() -> new DataFrameFormat(served)))
                        .producing(produced));
        if (served.composition().before().isEmpty()) {
            endpoints.add(
                    PredictEndpoint.at(
                                    served,
                                    PATH,
                                    new LazyFormat(() -> new InvocationsCsvFormat(served)))
                            .consuming(MediaTypes.CSV)
                            .producing(produced));
        }
        endpoints.add(ping(served, "/ping"));
        endpoints.add(ping(served, "/health"));
        endpoints.add(
                Endpoint.get(
                        "/version",
                        MediaTypes.TEXT,
                        _ -> Response.ok(MediaTypes.TEXT, Version.CURRENT)));
        return endpoints.stream()
                .map(endpoint -> endpoint.refusing(InvocationsEndpoints::error))
                .toList();
    }

    private static Endpoint ping(ServedModel served, String path) {
        return Endpoint.get(
                        path,
                        MediaTypes.JSON,
                        _ ->
                                served.readiness(
                                        "{\"status\":\"UP\"}", "{\"status\":\"OUT_OF_SERVICE\"}"))
                .asHealth();
    }

    private static JsonWriter error(Problem problem) {
        return new JsonWriter(256)
                .append("{\"error_code\":\"")
                .append(code(problem.status()))
                .append("\",\"message\":")
                .appendString(problem.text())
                .append('}');
    }

    /** The names that MLflow has for these statuses. */
    private static String code(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 404 -> "ENDPOINT_NOT_FOUND";
            case 500 -> "INTERNAL_ERROR";
            case 503 -> "TEMPORARILY_UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "BAD_REQUEST";
        };
    }
}
