package dev.onnxfunction.protocol.cloudevents;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.LazyFormat;
import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.PredictEndpoint;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.settings.Protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code POST /}, to which Knative sends events and {@code func invoke} rows, and func's probes.
 */
public final class RootEndpoints {

    private static final String UP = "{\"status\":\"UP\"}";

    private RootEndpoints() {}

    /** Rows and events at the root, and the probes of Knative Functions if its protocol is on. */
    public static List<Endpoint> of(ServedModel served) {
        boolean events = served.settings().http().speaks(Protocol.CLOUDEVENTS);
        Endpoint post =
                PredictEndpoint.at(served, "/", new LazyFormat(() -> new RootFormat(served)));
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(
                events
                        ? post.consuming(MediaTypes.JSON, EventWriter.EVENT, EventWriter.BATCH)
                                .producing(MediaTypes.JSON, EventWriter.EVENT, EventWriter.BATCH)
                        : post);
        if (served.settings().http().speaks(Protocol.FUNC)) {
            endpoints.add(
                    Endpoint.get(
                                    "/health/liveness",
                                    MediaTypes.JSON,
                                    _ -> Response.ok(MediaTypes.JSON, UP))
                            .asHealth());
            endpoints.add(
                    Endpoint.get(
                                    "/health/readiness",
                                    MediaTypes.JSON,
                                    _ -> served.readiness(UP, "{\"status\":\"OUT_OF_SERVICE\"}"))
                            .asHealth());
        }
        return endpoints;
    }
}
