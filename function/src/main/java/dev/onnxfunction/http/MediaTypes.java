package dev.onnxfunction.http;

import io.netty.util.AsciiString;

import java.util.List;
import java.util.Locale;

/** The media types of this function, and what clients say of them (RFC 9110, 8.3 and 12.5.1). */
final class MediaTypes {

    static final AsciiString JSON = AsciiString.cached("application/json");
    static final AsciiString PROBLEM = AsciiString.cached("application/problem+json");
    static final AsciiString METRICS = AsciiString.cached("text/plain;version=0.0.4;charset=utf-8");
    static final AsciiString TEXT = AsciiString.cached("text/plain;charset=utf-8");

    private static final String ANY = "*/*";

    private MediaTypes() {}

    /** Whether a Content-Type says that the body is JSON in UTF-8. */
    static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!JSON.contentEquals(parts[0].strip())) {
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
     * Whether a client takes this media type. The most specific range that matches decides.
     *
     * @param accept the Accept header fields, none if the client takes anything
     */
    static boolean isAcceptable(AsciiString type, List<String> accept) {
        if (accept.isEmpty()) {
            return true;
        }
        String wanted = type.toString().split(";", -1)[0];
        String family = wanted.substring(0, wanted.indexOf('/') + 1) + "*";
        int specificity = -1;
        boolean acceptable = false;
        for (String range : String.join(",", accept).toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            int matched = List.of(ANY, family, wanted).indexOf(parts[0].strip());
            if (matched > specificity) {
                specificity = matched;
                acceptable = !isRefused(parts);
            }
        }
        return acceptable;
    }

    private static boolean isRefused(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].strip().matches("q=0(\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }
}
