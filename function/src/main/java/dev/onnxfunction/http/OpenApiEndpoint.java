package dev.onnxfunction.http;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.openapi.OpenApi;
import dev.onnxfunction.settings.Settings;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/** {@code GET /openapi.json}: made at the first request, and kept. Thread-safe. */
final class OpenApiEndpoint implements Function<ByteBuf, Answer> {

    private final OnnxModel model;
    private final Settings settings;
    private @Nullable String document;

    OpenApiEndpoint(OnnxModel model, Settings settings) {
        this.model = model;
        this.settings = settings;
    }

    @Override
    public Answer apply(ByteBuf body) {
        return Answer.ok(MediaTypes.JSON, document());
    }

    private synchronized String document() {
        String known = document;
        if (known == null) {
            known = OpenApi.of(model, settings);
            document = known;
        }
        return known;
    }
}
