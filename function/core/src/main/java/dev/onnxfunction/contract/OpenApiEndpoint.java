package dev.onnxfunction.contract;

import dev.onnxfunction.openapi.OpenApi;

import org.springframework.util.function.SingletonSupplier;

import java.util.function.Function;

/** {@code GET /openapi.json}: generated at the first request, then cached. Thread-safe. */
final class OpenApiEndpoint implements Function<Request, Response> {

    private final SingletonSupplier<String> document;

    OpenApiEndpoint(ServedModel served, boolean operations) {
        this.document = SingletonSupplier.of(() -> document(served, operations));
    }

    private static String document(ServedModel served, boolean operations) {
        ModelName name = served.name();
        return OpenApi.of(
                served.model(),
                served.composition(),
                served.settings(),
                name.name(),
                name.version(),
                operations);
    }

    @Override
    public Response apply(Request request) {
        return Response.ok(MediaTypes.JSON, document.obtain());
    }
}
