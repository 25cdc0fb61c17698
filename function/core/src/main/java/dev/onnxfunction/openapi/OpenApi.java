package dev.onnxfunction.openapi;

import dev.onnxfunction.model.ModelCard;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The description of the served model's HTTP interface: a template in which every string that
 * begins with {@code @} gives way to what the model and the settings are.
 */
public final class OpenApi {

    private static final String TEMPLATE = "template.json";
    private static final Pattern LINE_BREAK = Pattern.compile("\\R *");
    private static final Pattern PLACE = Pattern.compile("\"@([a-z-]+)\"");

    private OpenApi() {}

    /** The document, OpenAPI 3.1 in JSON. */
    public static String of(OnnxModel model, Settings settings) {
        Map<String, String> parts = parts(model, settings);
        return PLACE.matcher(template())
                .replaceAll(place -> Matcher.quoteReplacement(part(parts, place.group(1))));
    }

    private static String part(Map<String, String> parts, String name) {
        String part = parts.get(name);
        if (part == null) {
            throw new IllegalStateException("There is nothing to put at @" + name + ".");
        }
        return part;
    }

    private static Map<String, String> parts(OnnxModel model, Settings settings) {
        @Nullable ModelCard card = model.card();
        RowSchemas schemas = new RowSchemas(model);
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("title", Json.string(card == null ? "A regression model" : card.name()));
        parts.put("version", Json.string(card == null ? "unknown" : card.version()));
        parts.put("description", Json.string(description(card)));
        parts.put("security", settings.apiKeys() == null ? "[]" : "[{\"key\": []}]");
        parts.put("max-rows", Integer.toString(settings.limits().maxRows()));
        parts.put("max-explained-rows", Integer.toString(settings.explainedRows()));
        parts.put("row", schemas.row());
        parts.put("examples", schemas.examples());
        parts.put("prediction", schemas.prediction());
        parts.put("contributions", schemas.contributions());
        parts.put("predict", schemas.predict());
        parts.put("model", schemas.model());
        return parts;
    }

    private static String description(@Nullable ModelCard card) {
        String served = "A regression model as a serverless function.";
        return card == null || card.description() == null
                ? served
                : card.description() + " " + served;
    }

    /** The template on one line: a line break within a string of JSON is always escaped. */
    private static String template() {
        try (InputStream in = OpenApi.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException("The jar has no " + TEMPLATE + ".");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return LINE_BREAK.matcher(text).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
