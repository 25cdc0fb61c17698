package dev.onnxfunction.contract;

import dev.onnxfunction.compose.Composition;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.openapi.OpenApi;
import dev.onnxfunction.settings.Settings;

import org.springframework.util.function.SingletonSupplier;

import java.util.function.Function;

/** {@code GET /openapi.json}: made at the first request, and kept. Thread-safe. */
final class OpenApiEndpoint implements Function<Request, Response> {

    private final SingletonSupplier<String> document;

    OpenApiEndpoint(
            OnnxModel model, Composition composition, Settings settings, boolean operations) {
        this.document =
                SingletonSupplier.of(() -> OpenApi.of(model, composition, settings, operations));
    }

    @Override
    public Response apply(Request request) {
        return Response.ok(MediaTypes.JSON, document.obtain());
    }
}
