package dev.onnxfunction.http;

import org.jspecify.annotations.Nullable;

/** Parses and validates a request's target and Host (RFC 9112, 3.2; RFC 3986). */
final class RequestTarget {

    /** Characters of a registered name in addition to letters and digits. */
    private static final String PUNCTUATION = "-._~!$&'()*+,;=%";

    private RequestTarget() {}

    /**
     * Returns the path of a target in origin form or absolute form, without the query.
     *
     * @return null if it has neither form
     */
    static @Nullable String path(String target) {
        if (target.indexOf('#') >= 0) {
            return null;
        }
        if (target.startsWith("/")) {
            return upToQuery(target);
        }
        int start = authority(target);
        if (start < 0) {
            return null;
        }
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        if (end == start || !isHost(target.substring(start, end))) {
            return null;
        }
        String rest = upToQuery(target.substring(end));
        return rest.isEmpty() ? "/" : rest;
    }

    /** Whether this is a valid host, with or without a port; the empty string is valid. */
    static boolean isHost(String text) {
        boolean literal = text.startsWith("[");
        int colon = text.indexOf(':', literal ? text.indexOf(']') + 1 : 0);
        String host = colon < 0 ? text : text.substring(0, colon);
        return (literal ? isAddress(host) : isName(host))
                && (colon < 0 || isDigits(text.substring(colon + 1)));
    }

    private static boolean isName(String host) {
        for (int i = 0; i < host.length(); i++) {
            char next = host.charAt(i);
            if (!isAlphanumeric(next) && PUNCTUATION.indexOf(next) < 0) {
                return false;
            }
        }
        return true;
    }

    /** An IPv6 address in its brackets. */
    private static boolean isAddress(String host) {
        return host.endsWith("]")
                && host.substring(1, host.length() - 1)
                        .chars()
                        .allMatch(next -> isAlphanumeric(next) || next == ':' || next == '.');
    }

    private static boolean isDigits(String port) {
        for (int i = 0; i < port.length(); i++) {
            if (port.charAt(i) < '0' || port.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(int next) {
        return (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || (next >= '0' && next <= '9');
    }

    private static int authority(String target) {
        for (String scheme : new String[] {"http://", "https://"}) {
            if (target.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return -1;
    }

    private static String upToQuery(String text) {
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }
}
