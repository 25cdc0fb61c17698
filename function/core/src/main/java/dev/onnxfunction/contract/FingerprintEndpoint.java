package dev.onnxfunction.contract;

import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * {@code GET /model/fingerprint}: the fingerprint of the training rows, so that tools do not judge
 * the model by rows it was trained on. All responses share the bytes, because there may be 2 MiB of
 * them. Thread-safe.
 */
final class FingerprintEndpoint implements Function<Request, Response> {

    private final byte @Nullable [] document;

    FingerprintEndpoint(OnnxModel model) {
        ModelCard card = model.card();
        String fingerprint = card == null ? null : card.fingerprint();
        this.document = fingerprint == null ? null : fingerprint.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Response apply(Request request) {
        if (document == null) {
            return Response.error(
                    404,
                    "Not found",
                    "The model file has no fingerprint of the rows that the model was trained on."
                            + " Add one with 'run.py card --trained-on FILE.csv'.");
        }
        return Response.ok(MediaTypes.JSON, document, document.length);
    }
}
