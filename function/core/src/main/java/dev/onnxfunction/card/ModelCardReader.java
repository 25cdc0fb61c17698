package dev.onnxfunction.card;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the model card of a file, strictly: a member that is unknown, misspelt, of the wrong type
 * or out of range is refused. It accepts the same cards as {@code model-card.schema.json}, but does
 * not check the contents of the background.
 */
public final class ModelCardReader {

    private ModelCardReader() {}

    /**
     * Reads a card.
     *
     * @param json the document, UTF-16
     * @throws IllegalArgumentException naming the member and what it must be
     */
    public static ModelCard read(String json) {
        CardText text = CardText.of(json);
        JsonObject card = text.members();
        ModelCard read =
                new ModelCard(
                        card.text("name"),
                        card.text("version"),
                        card.optional("description", String.class),
                        target(card.object("target")),
                        features(card),
                        optional(card, "metrics", ModelCardReader::metrics),
                        optional(card, "held_out", ModelCardReader::heldOut),
                        optional(card, "interval", ModelCardReader::interval),
                        trainedAt(card),
                        card.optional("git_commit", String.class),
                        card.optional("data_sha256", String.class),
                        libraries(card),
                        optional(card, "example", JsonObject::all),
                        text.background(),
                        text.fingerprint(),
                        text.shown());
        checkFingerprint(card, read.target().name());
        card.refuseOthers(CardText.EXTENSION_PREFIX);
        return read;
    }

    private static ModelCard.Target target(JsonObject target) {
        ModelCard.Target read =
                new ModelCard.Target(
                        target.text("name"),
                        target.optional("unit", String.class),
                        target.optional("description", String.class),
                        optional(target, "histogram", ModelCardReader::bins),
                        target.optional("output", String.class),
                        levels(target));
        target.refuseOthers();
        return read;
    }

    private static List<Double> levels(JsonObject target) {
        List<Double> levels = new ArrayList<>();
        if (target.has("levels")) {
            for (Number level : target.list("levels", Number.class)) {
                levels.add(level.doubleValue());
            }
            QuantileLevels.require(levels);
        }
        return levels;
    }

    private static List<Feature> features(JsonObject card) {
        List<Feature> features = new ArrayList<>();
        for (JsonObject feature : card.objects("features")) {
            features.add(feature.make(ModelCardReader::feature));
        }
        return features;
    }

    private static Feature feature(JsonObject feature) {
        String missing = feature.optional("missing", String.class);
        if (missing != null && !missing.equals("allowed")) {
            throw new IllegalArgumentException(
                    "\"missing\" is \"" + missing + "\", must be \"allowed\" or left out");
        }
        String unknown = feature.optional("unknown", String.class);
        if (unknown != null && !unknown.equals("refused")) {
            throw new IllegalArgumentException(
                    "\"unknown\" is \"" + unknown + "\", must be \"refused\" or left out");
        }
        return new Feature(
                feature.text("name"),
                FeatureType.of(feature.text("type")),
                feature.optional("unit", String.class),
                feature.optional("description", String.class),
                feature.optionalNumber("min"),
                feature.optionalNumber("max"),
                feature.optionalNumber("mean"),
                missing != null,
                optional(feature, "histogram", ModelCardReader::histogram),
                unknown != null,
                feature.optional("input", String.class));
    }

    private static Histogram histogram(JsonObject histogram) {
        if (!histogram.has("edges")) {
            return new Histogram.Categories(counts(histogram.object("counts")));
        }
        return bins(histogram);
    }

    private static Histogram.Bins bins(JsonObject histogram) {
        List<Double> edges = new ArrayList<>();
        for (Number edge : histogram.list("edges", Number.class)) {
            edges.add(edge.doubleValue());
        }
        return new Histogram.Bins(edges, histogram.list("counts", Long.class));
    }

    private static Map<String, Long> counts(JsonObject counts) {
        Map<String, Long> read = new LinkedHashMap<>();
        for (String value : counts.all().keySet()) {
            read.put(value, counts.whole(value));
        }
        return read;
    }

    private static EvaluationMetrics metrics(JsonObject metrics) {
        return new EvaluationMetrics(
                metrics.number("rmse"),
                metrics.number("mae"),
                metrics.number("r2"),
                metrics.whole("rows"),
                metrics.optional("folds", Long.class),
                metrics.optional("repeats", Long.class),
                optional(metrics, "std", ModelCardReader::spread));
    }

    private static EvaluationMetrics.Spread spread(JsonObject std) {
        return new EvaluationMetrics.Spread(
                std.number("rmse"), std.number("mae"), std.number("r2"));
    }

    private static EvaluationMetrics heldOut(JsonObject metrics) {
        return new EvaluationMetrics(
                metrics.number("rmse"),
                metrics.number("mae"),
                metrics.number("r2"),
                metrics.whole("rows"),
                null,
                null,
                null);
    }

    private static void checkFingerprint(JsonObject card, String target) {
        Fingerprint fingerprint = optional(card, "fingerprint", ModelCardReader::fingerprint);
        if (fingerprint != null && fingerprint.columns().contains(target)) {
            throw new IllegalArgumentException(
                    "\"fingerprint.columns\" names the target \"" + target + "\", must not");
        }
    }

    private static Fingerprint fingerprint(JsonObject fingerprint) {
        return new Fingerprint(
                fingerprint.list("columns", String.class),
                fingerprint.whole("rows"),
                fingerprint.whole("distinct"),
                fingerprint.whole("bits"),
                fingerprint.whole("hashes"),
                fingerprint.number("false_positive_rate"),
                fingerprint.text("sha256"),
                fingerprint.text("filter"));
    }

    private static Interval interval(JsonObject interval) {
        return new Interval(
                interval.number("level"),
                interval.text("method"),
                outputs(interval),
                interval.optionalNumber("lower"),
                interval.optionalNumber("upper"),
                interval.optional("calibration_rows", Long.class),
                interval.optionalNumber("coverage"),
                interval.has("coverage_by_fifth") ? shares(interval) : null);
    }

    private static List<Double> shares(JsonObject interval) {
        return interval.list("coverage_by_fifth", Number.class).stream()
                .map(Number::doubleValue)
                .toList();
    }

    private static List<String> outputs(JsonObject interval) {
        String output = interval.optional("output", String.class);
        if (!interval.has("outputs")) {
            return output == null ? List.of() : List.of(output);
        }
        List<String> outputs = interval.list("outputs", String.class);
        if (output != null || outputs.size() != 2) {
            throw new IllegalArgumentException("must have two \"outputs\", or one as \"output\"");
        }
        return outputs;
    }

    private static @Nullable Instant trainedAt(JsonObject card) {
        String time = card.optional("trained_at", String.class);
        if (time == null) {
            return null;
        }
        try {
            Instant instant = Instant.parse(time);
            boolean fourDigits = time.length() == "2026-01-31T12:00:00Z".length();
            boolean sinceYear1 = !time.startsWith("0000"); // Python knows no earlier year.
            if (fourDigits && sinceYear1 && instant.toString().equals(time)) {
                return instant;
            }
        } catch (DateTimeParseException e) {
            throw wrongTime(time, e);
        }
        throw wrongTime(time, null);
    }

    private static IllegalArgumentException wrongTime(String time, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "\"trained_at\" is \"" + time + "\", must be like 2026-01-31T12:00:00Z", cause);
    }

    private static Map<String, String> libraries(JsonObject card) {
        Map<String, String> versions = new LinkedHashMap<>();
        JsonObject libraries = card.optionalObject("libraries");
        if (libraries != null) {
            for (String name : libraries.all().keySet()) {
                versions.put(name, libraries.text(name));
            }
        }
        return versions;
    }

    private static <T> @Nullable T optional(
            JsonObject card, String name, Function<JsonObject, T> reader) {
        JsonObject members = card.optionalObject(name);
        return members == null ? null : members.make(reader);
    }
}
