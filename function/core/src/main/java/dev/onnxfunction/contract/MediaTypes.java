package dev.onnxfunction.contract;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The media types of this function, and content negotiation (RFC 9110, 8.3 and 12.5.1). */
public final class MediaTypes {

    public static final String JSON = "application/json";
    public static final String CSV = "text/csv";
    public static final String BYTES = "application/octet-stream";
    public static final String TEXT = "text/plain;charset=utf-8";
    static final String PROBLEM = "application/problem+json";
    static final String METRICS = "text/plain;version=0.0.4;charset=utf-8";

    private static final String HTML = "text/html;charset=utf-8";
    private static final String CSS = "text/css;charset=utf-8";
    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final String SVG = "image/svg+xml";

    private static final String ANY = "*/*";
    private static final Pattern WEIGHT =
            Pattern.compile("q=(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)");

    private MediaTypes() {}

    /**
     * Whether a Content-Type declares one of these types in UTF-8.
     *
     * @param types in lower case, without parameters
     */
    public static boolean isOneOf(String contentType, List<String> types) {
        if (types.contains(contentType)) {
            return true;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!types.contains(parts[0].strip())) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }

    /**
     * The value of a parameter, in lower case.
     *
     * @return null if the media type has no such parameter
     */
    public static @Nullable String parameter(String mediaType, String name) {
        for (String part : mediaType.toLowerCase(Locale.ROOT).split(";", -1)) {
            String parameter = part.strip();
            if (parameter.startsWith(name + "=")) {
                return parameter.substring(name.length() + 1).replace("\"", "");
            }
        }
        return null;
    }

    /**
     * Whether a client accepts this media type, by the most specific matching range.
     *
     * @param accept the Accept header fields, empty if the client accepts everything
     */
    public static boolean isAcceptable(String type, List<String> accept) {
        return namesNothing(accept) || preference(type, accept) > 0;
    }

    /** An empty field names no type, so it excludes none. */
    private static boolean namesNothing(List<String> accept) {
        for (String field : accept) {
            if (!field.isBlank()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a client prefers HTML to plain text. If both have the same weight, a client that
     * names HTML, such as a browser, prefers it; a tool that accepts everything does not.
     *
     * @param accept the Accept header fields, empty if the client accepts everything
     */
    static boolean prefersHtml(List<String> accept) {
        return prefers(HTML, TEXT, accept);
    }

    /**
     * Whether a client prefers one media type to another.
     *
     * @param accept the Accept header fields, empty if the client accepts everything
     */
    public static boolean prefers(String type, String other, List<String> accept) {
        return !accept.isEmpty() && preference(type, accept) > preference(other, accept);
    }

    /**
     * A client's preference for this media type: the weight of the most specific matching range,
     * plus a smaller amount for how specific the range is; 0 if the client refuses the type.
     */
    private static double preference(String type, List<String> accept) {
        String wanted = type.split(";", -1)[0];
        String family = wanted.substring(0, wanted.indexOf('/') + 1) + "*";
        int specificity = -1;
        double weight = 0;
        for (String range : String.join(",", accept).toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            int matched = List.of(ANY, family, wanted).indexOf(parts[0].strip());
            if (matched > specificity) {
                specificity = matched;
                weight = weight(parts);
            }
        }
        return weight == 0 ? 0 : weight + specificity * 1e-4;
    }

    /** The weight of a range, 0 to 1. */
    static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            Matcher weight = WEIGHT.matcher(parts[i].strip());
            if (weight.matches()) {
                return Double.parseDouble(weight.group(1));
            }
        }
        return 1;
    }

    /** The media type of a file of the web page, by its extension. */
    static String ofFile(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> HTML;
            case "css" -> CSS;
            case "js" -> SCRIPT;
            case "svg" -> SVG;
            default -> throw new IllegalArgumentException("No media type is known of " + name);
        };
    }
}
