package dev.onnxfunction.protocol.cloudevents;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowFormat;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.settings.Protocol;

import org.springframework.util.function.SingletonSupplier;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code POST /}, to which Knative sends events and {@code func invoke} rows, and func's probes.
 */
public final class RootEndpoints {

    private static final String UP = "{\"status\":\"UP\"}";

    private RootEndpoints() {}

    public static List<Endpoint> of(ServedModel served) {
        boolean events = served.settings().http().speaks(Protocol.CLOUDEVENTS);
        Endpoint post = served.predicting("/", new Lazy(served));
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

    /** Created at the first request, so that a start loads no classes for events. */
    private static final class Lazy implements RowFormat {

        private final SingletonSupplier<RootFormat> format;

        Lazy(ServedModel served) {
            this.format = SingletonSupplier.of(() -> new RootFormat(served));
        }

        @Override
        public Function<Batch, Response> read(Request request, Batch batch) {
            return format.obtain().read(request, batch);
        }

        @Override
        public String wanted() {
            return format.obtain().wanted();
        }

        @Override
        public boolean mayExceed(Request request, int rows) {
            return format.obtain().mayExceed(request, rows);
        }
    }
}
