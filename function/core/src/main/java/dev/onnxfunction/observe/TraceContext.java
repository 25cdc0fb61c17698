package dev.onnxfunction.observe;

import org.jspecify.annotations.Nullable;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The trace of a request, as defined by <a href="https://www.w3.org/TR/trace-context/">W3C Trace
 * Context</a>.
 *
 * @param traceHigh first 64 bits of the trace ID; the whole ID is not 0
 * @param traceLow last 64 bits of the trace ID
 * @param parent the caller's span; 0 if there is none
 * @param span this request's span, not 0
 * @param sampled whether the caller samples the trace
 */
public record TraceContext(long traceHigh, long traceLow, long parent, long span, boolean sampled) {

    private static final HexFormat HEX = HexFormat.of();

    /** Format of version 00: {@code 00-TRACE-SPAN-FLAGS}; later versions may add to it. */
    private static final int LENGTH = 55;

    private static final int SAMPLED = 1;

    /**
     * Continues a caller's trace, or starts a new one.
     *
     * @param traceparent the header field; a malformed one is ignored
     */
    public static TraceContext continuing(@Nullable String traceparent) {
        TraceContext caller = traceparent == null ? null : parse(traceparent);
        return caller == null
                ? new TraceContext(random(), random(), 0, random(), false)
                : new TraceContext(
                        caller.traceHigh, caller.traceLow, caller.span, random(), caller.sampled);
    }

    /** 32 hexadecimal digits. */
    public String traceId() {
        return HEX.toHexDigits(traceHigh) + HEX.toHexDigits(traceLow);
    }

    /** 16 hexadecimal digits. */
    public String spanId() {
        return HEX.toHexDigits(span);
    }

    /** Whether a caller started the trace. */
    public boolean hasParent() {
        return parent != 0;
    }

    /** 16 hexadecimal digits; all 0 if there is no parent. */
    public String parentId() {
        return HEX.toHexDigits(parent);
    }

    /** Parses the caller's context; returns null if the text is malformed. */
    private static @Nullable TraceContext parse(String text) {
        if (!isWellFormed(text)) {
            return null;
        }
        long high = HexFormat.fromHexDigitsToLong(text, 3, 19);
        long low = HexFormat.fromHexDigitsToLong(text, 19, 35);
        long span = HexFormat.fromHexDigitsToLong(text, 36, 52);
        int flags = HexFormat.fromHexDigits(text, 53, LENGTH);
        return (high | low) == 0 || span == 0
                ? null
                : new TraceContext(high, low, 0, span, (flags & SAMPLED) != 0);
    }

    private static boolean isWellFormed(String text) {
        if (text.length() < LENGTH || text.startsWith("ff")) {
            return false;
        }
        boolean ends =
                text.length() == LENGTH || (!text.startsWith("00") && text.charAt(LENGTH) == '-');
        for (int i = 0; i < LENGTH && ends; i++) {
            char next = text.charAt(i);
            boolean dash = i == 2 || i == 35 || i == 52;
            ends = dash ? next == '-' : isLowerHex(next);
        }
        return ends;
    }

    private static boolean isLowerHex(char digit) {
        return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    }

    private static long random() {
        long random = ThreadLocalRandom.current().nextLong();
        return random == 0 ? 1 : random;
    }
}
