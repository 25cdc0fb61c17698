package dev.onnxfunction.monitoring;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A scrape in Prometheus' text format 0.0.4.
 *
 * @param samples its samples
 */
record ScrapedMetrics(List<Sample> samples) {

    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)( \\d+)?");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    record Sample(String metric, Map<String, String> labels, double value) {}

    static ScrapedMetrics of(String text) {
        return new ScrapedMetrics(
                text.lines()
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .map(ScrapedMetrics::sample)
                        .toList());
    }

    private static Sample sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no sample: " + line);
        }
        Map<String, String> labels = new TreeMap<>();
        if (matcher.group(2) != null) {
            LABEL.matcher(matcher.group(2))
                    .results()
                    .forEach(label -> labels.put(label.group(1), label.group(2)));
        }
        double value = Double.parseDouble(matcher.group(3).replace("Inf", "Infinity"));
        return new Sample(matcher.group(1), labels, value);
    }

    Stream<Sample> of(Set<String> metrics) {
        return samples.stream().filter(sample -> metrics.contains(sample.metric()));
    }

    /** The labels of all samples of a metric; empty if it has none. */
    Set<String> labels(String metric) {
        Set<String> labels = new TreeSet<>();
        of(Set.of(metric)).forEach(sample -> labels.addAll(sample.labels().keySet()));
        return labels;
    }
}
