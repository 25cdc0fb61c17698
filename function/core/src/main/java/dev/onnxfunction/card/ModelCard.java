package dev.onnxfunction.card;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The model's description of itself: the JSON document under {@value #METADATA_KEY} in the metadata
 * of an ONNX file.
 *
 * @param name lower-case letters, digits and dashes, at most 40
 * @param version letters, digits, dots, dashes and underscores, at most 40
 * @param description description for people
 * @param target predicted column
 * @param features in the order of the model's columns, names unique
 * @param metrics cross-validated errors on the training rows
 * @param heldOut errors on held-out rows, without {@code folds}
 * @param interval bounds around a prediction
 * @param trainedAt time of the training, UTC
 * @param gitCommit commit of the training code, 40 hexadecimal digits
 * @param dataSha256 SHA-256 of the training data, 64 hexadecimal digits
 * @param libraries libraries of the training, name to version
 * @param example one row that the model takes, feature name to value
 * @param background rows of the training data that explanations compare a row with, as JSON text
 *     that is not parsed: an array of arrays, each with a value of every feature
 * @param fingerprint fingerprint of the training rows, a {@link Fingerprint} as JSON text
 * @param json the document as in the file, without the background and the fingerprint
 */
public record ModelCard(
        String name,
        String version,
        @Nullable String description,
        Target target,
        List<Feature> features,
        @Nullable EvaluationMetrics metrics,
        @Nullable EvaluationMetrics heldOut,
        @Nullable Interval interval,
        @Nullable Instant trainedAt,
        @Nullable String gitCommit,
        @Nullable String dataSha256,
        Map<String, String> libraries,
        @Nullable Map<String, Object> example,
        @Nullable String background,
        @Nullable String fingerprint,
        String json) {

    /** The key of the ONNX {@code metadata_props} entry that holds a card. */
    public static final String METADATA_KEY = "model_card";

    /** Maximum features; more would not fit into the memory of the container. */
    public static final int MAX_FEATURES = 50_000;

    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,38}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * The predicted column.
     *
     * @param name name of the training data's column, at most 200 characters
     * @param unit unit of the prediction, such as {@code "1000 USD"}
     * @param description description for people
     * @param histogram histogram of the training data, in the target's unit; null if unknown
     * @param output the graph's output that is the prediction; null if only one qualifies
     * @param levels of the quantiles in the columns of that output, increasing, 0 to 1 exclusive,
     *     0.5 among them; empty if it has one column
     */
    public record Target(
            String name,
            @Nullable String unit,
            @Nullable String description,
            Histogram.@Nullable Bins histogram,
            @Nullable String output,
            List<Double> levels) {

        public Target {
            if (name.length() > Feature.MAX_NAME_LENGTH) {
                throw new IllegalArgumentException(
                        "\"target.name\" has %d characters, must have at most %d"
                                .formatted(name.length(), Feature.MAX_NAME_LENGTH));
            }
            levels = List.copyOf(levels);
        }
    }

    public ModelCard {
        require(NAME, "name", name, "1 to 40 of a-z, 0-9 and dashes between them");
        require(VERSION, "version", version, "1 to 40 of letters, digits, '.', '_' and '-'");
        require(COMMIT, "git_commit", gitCommit, "40 hexadecimal digits");
        require(SHA_256, "data_sha256", dataSha256, "64 hexadecimal digits");
        features = List.copyOf(features);
        if (features.isEmpty()) {
            throw new IllegalArgumentException("\"features\" is empty, must name every column");
        }
        if (features.size() > MAX_FEATURES) {
            throw new IllegalArgumentException(
                    "\"features\" has %d elements, must have at most %d"
                            .formatted(features.size(), MAX_FEATURES));
        }
        Set<String> names = new HashSet<>();
        for (Feature feature : features) {
            if (!names.add(feature.name())) {
                throw new IllegalArgumentException(
                        "\"features\" names \"" + feature.name() + "\" twice");
            }
        }
        if (example != null && !example.keySet().equals(names)) {
            throw new IllegalArgumentException("\"example\" must give every feature and no other");
        }
        libraries = Map.copyOf(libraries);
    }

    /** {@code name@version}, as in every response. */
    public String id() {
        return name + "@" + version;
    }

    private static void require(
            Pattern pattern, String member, @Nullable String value, String wanted) {
        if (value != null && !pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" is \"%s\", must be %s".formatted(member, value, wanted));
        }
    }
}
