package dev.onnxfunction.logs;

import java.time.Instant;

/** Writes times, such as {@code 2026-01-31T12:00:00.123Z}. Thread-safe. */
final class UtcTime {

    /** The beginning of a time, which all times of a second share. */
    private record Second(long epochSecond, String text) {}

    private static final int MILLIS = 1000;

    private static volatile Second last = new Second(-1, "");

    private UtcTime() {}

    /**
     * @param millis since 1970
     */
    static String of(long millis) {
        long epochSecond = Math.floorDiv(millis, MILLIS);
        Second second = last;
        if (second.epochSecond() != epochSecond) {
            String text = Instant.ofEpochSecond(epochSecond).toString();
            second = new Second(epochSecond, text.substring(0, text.length() - 1) + ".");
            last = second;
        }
        int millisecond = MILLIS + Math.floorMod(millis, MILLIS);
        return second.text() + Integer.toString(millisecond).substring(1) + "Z";
    }
}
