package dev.onnxfunction.access;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Reads the key out of an Authorization header field. */
final class Credentials {

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private Credentials() {}

    /**
     * The token of {@code Bearer} (RFC 6750), which may also be UTF-8, or the password of {@code
     * Basic} in UTF-8 (RFC 7617), for any user name; null if there is none.
     */
    static @Nullable String key(String authorization) {
        if (isOf(BEARER, authorization)) {
            return utf8(authorization.substring(BEARER.length()).strip());
        }
        return isOf(BASIC, authorization)
                ? password(authorization.substring(BASIC.length()).strip())
                : null;
    }

    private static boolean isOf(String scheme, String authorization) {
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    /** Servers decode each byte of a field to one character. */
    static String utf8(String field) {
        return new String(field.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static @Nullable String password(String encoded) {
        try {
            byte[] decoded = Base64.getDecoder().decode(encoded);
            String credentials = new String(decoded, StandardCharsets.UTF_8);
            int colon = credentials.indexOf(':');
            return colon < 0 ? null : credentials.substring(colon + 1);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
