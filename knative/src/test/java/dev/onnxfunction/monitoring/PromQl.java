package dev.onnxfunction.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The names in a PromQL query that {@code promtool} accepts.
 *
 * @param selectors of series
 * @param labels by which it groups or joins
 */
record PromQl(List<Selector> selectors, Set<String> labels) {

    private static final Pattern TOKEN =
            Pattern.compile("\"[^\"]*\"|[a-zA-Z_:][\\w:]*|[\\d.]+[a-z]*|=~|!~|!=|\\S");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][\\w:]*");
    private static final Set<String> BEFORE_LABELS =
            Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool");

    /** A selector of series, which matches no label twice. */
    record Selector(String metric, Map<String, Matcher> matchers) {}

    /** {@code =}, {@code !=}, {@code =~} or {@code !~}, and the value. */
    record Matcher(String operator, String value) {

        boolean isNegative() {
            return operator.startsWith("!");
        }

        /** Whether this value of the label satisfies the matcher. */
        boolean names(String found) {
            return operator.endsWith("~") ? found.matches(value) : found.equals(value);
        }
    }

    static PromQl of(String query) {
        List<String> tokens = TOKEN.matcher(query).results().map(MatchResult::group).toList();
        return new PromQl(new ArrayList<>(), new TreeSet<>()).read(tokens);
    }

    private PromQl read(List<String> tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (!NAME.matcher(token).matches() || OPERATORS.contains(token)) {
                continue;
            }
            if (BEFORE_LABELS.contains(token)) {
                List<String> list = until(")", tokens.subList(i + 2, tokens.size()));
                list.stream().filter(label -> !label.equals(",")).forEach(labels::add);
                i += 2 + list.size();
            } else if (next.equals("{")) {
                List<String> list = until("}", tokens.subList(i + 2, tokens.size()));
                selectors.add(new Selector(token, matchers(list)));
                i += 2 + list.size();
            } else if (!next.equals("(") && !BEFORE_LABELS.contains(next)) {
                selectors.add(new Selector(token, Map.of()));
            }
        }
        return this;
    }

    private static List<String> until(String end, List<String> tokens) {
        return tokens.subList(0, tokens.indexOf(end));
    }

    private static Map<String, Matcher> matchers(List<String> tokens) {
        Map<String, Matcher> matchers = new TreeMap<>();
        for (int i = 0; i < tokens.size(); i += 4) {
            String value = tokens.get(i + 2);
            matchers.put(
                    tokens.get(i),
                    new Matcher(tokens.get(i + 1), value.substring(1, value.length() - 1)));
        }
        return matchers;
    }
}
