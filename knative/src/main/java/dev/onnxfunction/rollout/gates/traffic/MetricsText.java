package dev.onnxfunction.rollout.gates.traffic;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Prometheus' text format 0.0.4. */
final class MetricsText {

    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][\\w:]*+)(\\{.*})?\\s++(\\S++)(?:\\s++-?\\d++)?\\s*+");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_]\\w*+)=\"((?:[^\"\\\\]|\\\\.)*+)\"");

    private MetricsText() {}

    /**
     * The value of each series.
     *
     * @throws IllegalArgumentException if the text has another format
     */
    static Map<Series, Double> parse(String text) {
        Map<Series, Double> values = new HashMap<>();
        text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> parse(line, values));
        return values;
    }

    private static void parse(String line, Map<Series, Double> values) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException(
                    "'%.100s' is not a line of metrics.".formatted(line));
        }
        Map<String, String> labels = new HashMap<>();
        if (sample.group(2) != null) {
            LABEL.matcher(sample.group(2))
                    .results()
                    .forEach(label -> labels.put(label.group(1), unescaped(label.group(2))));
        }
        values.put(new Series(sample.group(1), Map.copyOf(labels)), number(sample.group(3)));
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static String unescaped(String text) {
        return text.indexOf('\\') < 0
                ? text
                : text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
    }
}
