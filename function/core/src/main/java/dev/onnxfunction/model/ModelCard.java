package dev.onnxfunction.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a model file says of itself: the JSON document under {@value #METADATA_KEY} in the metadata
 * of an ONNX file.
 *
 * @param name lower-case letters, digits and dashes, at most 40
 * @param version letters, digits, dots, dashes and underscores, at most 40
 * @param description for people
 * @param target what is predicted
 * @param features in the order of the model's columns, names unique
 * @param metrics how well models fitted like it predict the rows it was fitted on
 * @param heldOut how well it predicts rows that were held out, without {@code folds}
 * @param interval bounds around a prediction
 * @param trainedAt when, UTC
 * @param gitCommit of the training code, 40 hexadecimal digits
 * @param dataSha256 of the training data, 64 hexadecimal digits
 * @param libraries that made it, name to version
 * @param example one row that the model takes, feature name to value
 * @param background rows of the training data that explanations compare a row with, as JSON text
 *     that is not looked into: an array of arrays, each with a value of every feature
 * @param fingerprint of the rows it was fitted on, a {@link Fingerprint} as JSON text
 * @param json the document as it stands in the file, but for the background and the fingerprint
 */
public record ModelCard(
        String name,
        String version,
        @Nullable String description,
        Target target,
        List<Feature> features,
        @Nullable Metrics metrics,
        @Nullable Metrics heldOut,
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
    static final String METADATA_KEY = "model_card";

    /** A model of more features would not fit into the memory of the container. */
    static final int MAX_FEATURES = 50_000;

    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,38}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * What is predicted.
     *
     * @param name of the training data's column, at most 200 characters
     * @param unit of the prediction, such as {@code "1000 USD"}
     * @param description for people
     * @param histogram of the training data, in the target's unit; absent where unknown
     * @param output the graph's output that is the prediction; absent where only one can be
     * @param levels of the quantiles that the columns of that output are, rising, 0 to 1 exclusive,
     *     0.5 among them; empty where it has one column
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

    /** {@code name@version}, as in every answer. */
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
