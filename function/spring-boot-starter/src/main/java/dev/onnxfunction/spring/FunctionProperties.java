package dev.onnxfunction.spring;

import dev.onnxfunction.settings.Settings;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySourcesPropertyResolver;
import org.springframework.util.unit.DataSize;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of the function, by the names that they have in its image.
 *
 * @param model what is served
 * @param limits of one request
 * @param predict how long predictions may take
 * @param explain how predictions are explained
 * @param http what it speaks
 * @param access who may ask
 */
@ConfigurationProperties
public record FunctionProperties(
        @Nullable Model model,
        @Nullable Limits limits,
        @Nullable Predict predict,
        @Nullable Explain explain,
        @Nullable Http http,
        @Nullable Access access) {

    /**
     * What is served, and what is known of it beside the file.
     *
     * @param location path of the model file; without one, model.onnx at the root of the class path
     * @param features names in column order, for a file that does not declare them
     * @param missing "allowed": every float, double and string feature of a file without a card may
     *     be missing
     * @param threads threads that one call of the model may use, 1 to 256
     * @param output name of the output that is the prediction, for a file that does not say
     * @param interval names of the outputs that are the lower and the upper bound
     * @param levels shares of the predictions that are at or below each bound, such as 0.05, 0.95
     * @param name what paths of protocols call the model
     */
    public record Model(
            @Nullable Path location,
            @Nullable List<String> features,
            @Nullable String missing,
            @Nullable Integer threads,
            @Nullable String output,
            @Nullable List<String> interval,
            @Nullable List<String> levels,
            @Nullable String name) {}

    /**
     * Limits of one request.
     *
     * @param maxBody size of a body, 1 B to 1 GB
     * @param maxRows rows of a body, 1 to 1 000 000
     * @param maxCells rows of a body times features of the model, 1 to 100 000 000; one row is
     *     always taken
     */
    public record Limits(
            @Nullable DataSize maxBody, @Nullable Integer maxRows, @Nullable Integer maxCells) {}

    /**
     * How long predictions may take.
     *
     * @param timeout from a request's last byte until it is given up, 1 s to a day
     */
    public record Predict(@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration timeout) {}

    /**
     * How predictions are explained, and what that may cost.
     *
     * @param samples rows of the background that each row is compared with, 1 to 10 000
     * @param maxRows rows of a body that are explained, 1 to 1 000 000
     * @param maxWaiting requests that wait while others are being explained, 1 to 10 000
     * @param timeout from a request's last byte until it is given up, 1 s to a day
     */
    public record Explain(
            @Nullable Integer samples,
            @Nullable Integer maxRows,
            @Nullable Integer maxWaiting,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration timeout) {}

    /**
     * What it speaks beside JSON on {@code POST /predict}.
     *
     * @param protocols some of v2, v1, invocations, csv, ndjson, cloudevents and func, or none
     */
    public record Http(@Nullable List<String> protocols) {}

    /**
     * Who may ask.
     *
     * @param keys path of a file with a key on each line, or of a folder of such files; then all
     *     but health needs one
     */
    public record Access(@Nullable Path keys) {}

    /**
     * The settings that these are, with the defaults of those that are not set.
     *
     * @param definition the functions that rows go through, such as {@code enrich|predict}; null
     *     for the model alone
     * @throws dev.onnxfunction.settings.StartException if one is out of its range
     */
    Settings settings(@Nullable String definition) {
        Map<String, Object> texts = new HashMap<>();
        put(texts, "spring.cloud.function.definition", definition);
        if (model != null) {
            put(texts, "model.location", model.location);
            put(texts, "model.features", join(model.features));
            put(texts, "model.missing", model.missing);
            put(texts, "model.threads", model.threads);
            put(texts, "model.output", model.output);
            put(texts, "model.interval", join(model.interval));
            put(texts, "model.levels", join(model.levels));
            put(texts, "model.name", model.name);
        }
        if (limits != null) {
            put(texts, "limits.max-body", limits.maxBody);
            put(texts, "limits.max-rows", limits.maxRows);
            put(texts, "limits.max-cells", limits.maxCells);
        }
        if (predict != null) {
            put(texts, "predict.timeout", seconds(predict.timeout));
        }
        if (explain != null) {
            put(texts, "explain.samples", explain.samples);
            put(texts, "explain.max-rows", explain.maxRows);
            put(texts, "explain.max-waiting", explain.maxWaiting);
            put(texts, "explain.timeout", seconds(explain.timeout));
        }
        if (http != null) {
            put(texts, "http.protocols", join(http.protocols));
        }
        if (access != null) {
            put(texts, "access.keys", access.keys);
        }
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new MapPropertySource("function", texts));
        return Settings.from(new PropertySourcesPropertyResolver(sources));
    }

    private static void put(Map<String, Object> texts, String name, @Nullable Object value) {
        if (value != null) {
            texts.put(name, value.toString());
        }
    }

    private static @Nullable String join(@Nullable List<String> names) {
        return names == null ? null : String.join(",", names);
    }

    /** A fraction of a second stays one, and is refused. */
    private static @Nullable String seconds(@Nullable Duration time) {
        if (time == null) {
            return null;
        }
        boolean whole = time.equals(Duration.ofSeconds(time.toSeconds()));
        return whole ? time.toSeconds() + "s" : time.toString();
    }
}
