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
 * The settings of the function, with the same names as in its image.
 *
 * @param model the model
 * @param limits limits of one request
 * @param predict time limit of predictions
 * @param explain explanations
 * @param http protocols
 * @param access API keys
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
     * The model file, and what it does not declare itself.
     *
     * @param location path of the model file; default: model.onnx at the root of the class path
     * @param features names in column order, for a file that does not declare them
     * @param missing "allowed": every float, double and string feature of a file without a card may
     *     be missing
     * @param threads threads that one call of the model may use, 1 to 256
     * @param output name of the output with the prediction, for a file that does not declare it
     * @param interval names of the outputs with the lower and the upper bound
     * @param levels levels of the quantiles in the output, such as 0.05, 0.5, 0.95
     * @param name name of the model in the paths of protocols
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
     *     always accepted
     */
    public record Limits(
            @Nullable DataSize maxBody, @Nullable Integer maxRows, @Nullable Integer maxCells) {}

    /**
     * Time limit of predictions.
     *
     * @param timeout time from a request's last byte until its prediction is stopped, 1 s to a day
     */
    public record Predict(@DurationUnit(ChronoUnit.SECONDS) @Nullable Duration timeout) {}

    /**
     * Explanations and their limits.
     *
     * @param samples background rows that each row is compared with, 1 to 10 000
     * @param maxRows rows of a body to explain, 1 to 1 000 000
     * @param maxWaiting requests that may wait while others are being explained, 1 to 10 000
     * @param timeout time from a request's last byte until its explanation is stopped, 1 s to a day
     */
    public record Explain(
            @Nullable Integer samples,
            @Nullable Integer maxRows,
            @Nullable Integer maxWaiting,
            @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration timeout) {}

    /**
     * Protocols in addition to JSON on {@code POST /predict}.
     *
     * @param protocols some of v2, v1, invocations, csv, ndjson, cloudevents and func, or none
     */
    public record Http(@Nullable List<String> protocols) {}

    /**
     * API keys.
     *
     * @param keys path of a file with a key on each line, or of a folder of such files; if set,
     *     everything but health needs a key
     */
    public record Access(@Nullable Path keys) {}

    /**
     * Returns the settings, with defaults for those that are not set.
     *
     * @param definition functions that rows go through, such as {@code enrich|predict}; null for
     *     the model alone
     * @throws dev.onnxfunction.settings.StartException if a setting is out of its range
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

    /** Keeps fractions of a second, so that they are refused. */
    private static @Nullable String seconds(@Nullable Duration time) {
        if (time == null) {
            return null;
        }
        boolean whole = time.equals(Duration.ofSeconds(time.toSeconds()));
        return whole ? time.toSeconds() + "s" : time.toString();
    }
}
