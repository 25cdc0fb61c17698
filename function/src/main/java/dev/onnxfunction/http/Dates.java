package dev.onnxfunction.http;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** The value of the Date header field (RFC 9110, 5.6.7). */
final class Dates {

    /** The text of a second, which thousands of responses share. */
    private record Second(long epochSecond, String text) {}

    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final int LETTERS = 3;

    private static volatile Second last = new Second(-1, "");

    private Dates() {}

    /** The same object within a second. */
    static String now() {
        long epochSecond = System.currentTimeMillis() / 1000;
        Second current = last;
        if (current.epochSecond() != epochSecond) {
            current = new Second(epochSecond, format(epochSecond));
            last = current;
        }
        return current.text();
    }

    /**
     * @param epochSecond seconds since 1970
     */
    static String format(long epochSecond) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(29);
        text.append(name(DAYS, time.getDayOfWeek().getValue())).append(", ");
        number(text, time.getDayOfMonth()).append(' ');
        text.append(name(MONTHS, time.getMonthValue())).append(' ');
        text.append(time.getYear()).append(' ');
        number(text, time.getHour()).append(':');
        number(text, time.getMinute()).append(':');
        return number(text, time.getSecond()).append(" GMT").toString();
    }

    private static String name(String names, int number) {
        return names.substring(LETTERS * (number - 1), LETTERS * number);
    }

    private static StringBuilder number(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
