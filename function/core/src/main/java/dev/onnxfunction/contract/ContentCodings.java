package dev.onnxfunction.contract;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/** The content codings that bodies may have (RFC 9110, 8.4.1): gzip or none. */
public final class ContentCodings {

    static final String GZIP = "gzip";

    private ContentCodings() {}

    /**
     * Whether a body is compressed.
     *
     * @param contentEncoding the header field; null if there is none
     */
    public static boolean isGzip(@Nullable String contentEncoding) {
        return contentEncoding != null
                && (contentEncoding.equalsIgnoreCase(GZIP)
                        || contentEncoding.equalsIgnoreCase("x-gzip"));
    }

    /** Whether this value is gzip, identity or absent, so that the body can be read. */
    static boolean isKnown(@Nullable String contentEncoding) {
        return contentEncoding == null
                || isGzip(contentEncoding)
                || contentEncoding.equalsIgnoreCase("identity");
    }

    /**
     * Whether a client accepts gzip by name; {@code *} alone does not count.
     *
     * @param acceptEncoding the Accept-Encoding header fields; empty if the client sends none
     */
    static boolean acceptsGzip(List<String> acceptEncoding) {
        for (String range :
                String.join(",", acceptEncoding).toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            if (isGzip(parts[0].strip())) {
                return MediaTypes.weight(parts) > 0;
            }
        }
        return false;
    }
}
