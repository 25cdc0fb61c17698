package dev.onnxfunction.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The samples of a scrape in Prometheus's text format 0.0.4. */
public final class Scrape {

    private static final String LABEL = "[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";

    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][\\w:]*)(?:\\{((?:%s)(?:,%s)*)})? (\\S+)".formatted(LABEL, LABEL));

    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) [a-zA-Z_:][\\w:]* .*");

    private final Map<String, Double> samples = new LinkedHashMap<>();

    /** Parses a response of {@code /actuator/prometheus}; each line must be well-formed. */
    public Scrape(String text) {
        text.lines().forEach(this::read);
    }

    private void read(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (sample.matches()) {
            String labels = sample.group(2) == null ? "" : sorted(sample.group(2));
            samples.put(sample.group(1) + "{" + labels + "}", number(sample.group(3)));
        } else if (!COMMENT.matcher(line).matches()) {
            throw new IllegalArgumentException("No line of a scrape: " + line);
        }
    }

    private static String sorted(String labels) {
        Matcher label = Pattern.compile(LABEL).matcher(labels);
        return label.results()
                .map(found -> found.group())
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace("Inf", "Infinity"));
    }

    /** Returns the only sample of this name with these labels, such as {@code uri="/predict"}. */
    public double value(String name, String... labels) {
        List<Double> found = all(name, labels).map(Map.Entry::getValue).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    found.size() + " samples of " + name + List.of(labels) + " in " + names());
        }
        return found.getFirst();
    }

    /** Counts the samples of this name with these labels. */
    public long count(String name, String... labels) {
        return all(name, labels).count();
    }

    /** Sums the samples of this name with these labels. */
    public double sum(String name, String... labels) {
        return all(name, labels).mapToDouble(Map.Entry::getValue).sum();
    }

    private List<String> names() {
        return samples.keySet().stream()
                .map(sample -> sample.substring(0, sample.indexOf('{')))
                .distinct()
                .toList();
    }

    private Stream<Map.Entry<String, Double>> all(String name, String... labels) {
        return samples.entrySet().stream()
                .filter(sample -> sample.getKey().startsWith(name + "{"))
                .filter(sample -> Stream.of(labels).allMatch(sample.getKey()::contains));
    }
}
