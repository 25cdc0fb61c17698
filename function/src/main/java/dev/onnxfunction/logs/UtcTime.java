package dev.onnxfunction.logs;

import dev.onnxfunction.json.JsonWriter;

import java.time.Instant;

/** Formats times, such as {@code 2026-01-31T12:00:00.123Z}. Thread-safe. */
final class UtcTime {

    /** The part of a time that all times of a second share. */
    private record Second(long epochSecond, String text) {}

    private static final int MILLIS = 1000;

    private static volatile Second last = new Second(-1, "");

    private UtcTime() {}

    /**
     * @param millis milliseconds since 1970
     */
    static void write(long millis, JsonWriter text) {
        long epochSecond = Math.floorDiv(millis, MILLIS);
        Second second = last;
        if (second.epochSecond() != epochSecond) {
            String time = Instant.ofEpochSecond(epochSecond).toString();
            second = new Second(epochSecond, time.substring(0, time.length() - 1) + ".");
            last = second;
        }
        text.appendAscii(second.text()).appendDigits(Math.floorMod(millis, MILLIS), 3).append('Z');
    }
}
