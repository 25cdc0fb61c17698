package dev.onnxfunction.json;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** A number is exactly that of the text, or rounded once if the type cannot hold it. */
class JsonNumberTest {

    private static final double MIDDLE_TO_INFINITY = 0x1.ffffffp127;
    private static final double TWO_TO_THE_128 = 0x1p128;

    private final SplittableRandom random = new SplittableRandom(754);

    @Test
    void digitsAndExponentMayBothBeHuge() {
        for (int zeros : new int[] {5, 999_999, 1_000_000, 1_000_001, 1_500_000}) {
            assertOne("1" + "0".repeat(zeros) + "e-" + zeros);
            assertOne("0." + "0".repeat(zeros) + "1e" + (zeros + 1));
            assertThat(number("1" + "0".repeat(zeros) + "e-" + (zeros + 1)).fit())
                    .isEqualTo(JsonNumber.Fit.FRACTION);
        }
    }

    private static void assertOne(String text) {
        JsonNumber number = number(text);
        assertThat(number.toDouble()).isEqualTo(1);
        assertThat(number.toFloat(1)).isEqualTo(1);
        assertThat(number.fit()).isEqualTo(JsonNumber.Fit.WHOLE);
        assertThat(number.toLong()).isEqualTo(1);
    }

    /** A number of few digits that more text follows is read in another way than at the end. */
    @Test
    void textAfterANumberDoesNotMatter() {
        for (int i = 0; i < 300_000; i++) {
            String text = anyOf("-00123459.e", 1 + random.nextInt(9));
            JsonNumber alone = new JsonNumber(text.getBytes(UTF_8), text.length());
            String longer = text + anyOf(",} ]\n", 1) + anyOf("0.-e,\"}\u00e4", 9);
            JsonNumber followed = new JsonNumber(longer.getBytes(UTF_8), longer.length());

            int end = alone.read(0);

            assertThat(followed.read(0)).as(longer).isEqualTo(end);
            if (end > 0) {
                assertThat(followed.toDouble()).as(longer).isEqualTo(alone.toDouble());
                assertThat(followed.toFloat(1)).as(longer).isEqualTo(alone.toFloat(1));
                assertThat(followed.toNumber()).as(longer).isEqualTo(alone.toNumber());
            }
        }
    }

    private String anyOf(String characters, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e99999999999999999999",
                "10000000000000000000000001e2147483647",
                "0.1e2147483648",
                "9223372036854775808",
                "1e19"
            })
    void whatIsTooLargeForALongIs(String text) {
        assertThat(number(text).fit()).isEqualTo(JsonNumber.Fit.BEYOND);
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "922337203685477580e1, 9223372036854775800",
        "-922337203685477580.8e1, -9223372036854775808",
        "92233720368547758070e-1, 9223372036854775807"
    })
    void theLimitsOfALongFitIt(String text, long value) {
        assertThat(number(text).toNumber()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e-99999999999999999999",
                "10000000000000000000000001e-2147483649",
                "1e-2147483648",
                "1.5"
            })
    void whatIsBetweenWholeNumbersIs(String text) {
        assertThat(number(text).fit()).isEqualTo(JsonNumber.Fit.FRACTION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.00000005960464477539062500001",
                "1.000000059604644775390625",
                "1.00000005960464477539062499999",
                "1.00000017881393432617187499999",
                "1.000000178813934326171875",
                "340282356779733661637539395458142568447.9",
                "340282356779733661637539395458142568448",
                "7.006492321624085354618e-46",
                "7.006492321624085354619e-46",
                "1.1754942807573642917e-38",
                "1.1754942807573642918e-38",
                "2.1019476964872256063855943749348741969203929128147736576e-45",
                "0.1",
                "-0.0",
                "0e-400",
                "16777217",
                "9007199254740993e1",
                "1e-50"
            })
    void aFloatIsTheNearest(String text) {
        assertNearestFloat(text);
    }

    @Test
    void everyFloatIsTheNearest() {
        for (int i = 0; i < 3_000; i++) {
            float one = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(one) || one == Float.MAX_VALUE) {
                continue;
            }
            BigDecimal low = new BigDecimal(one);
            BigDecimal middle = low.add(new BigDecimal(Math.nextUp(one))).divide(new BigDecimal(2));
            BigDecimal hair = middle.ulp().movePointLeft(random.nextInt(1, 20));
            assertNearestFloat(middle.toString());
            assertNearestFloat(middle.add(hair).toString());
            assertNearestFloat(middle.subtract(hair).toString());
            assertNearestFloat(Double.toString(one + random.nextDouble() * Math.ulp(one)));
        }
    }

    /** Asserts that no float is nearer, and that ties go to the even one. */
    private static void assertNearestFloat(String text) {
        JsonNumber number = number(text);
        float found = number.toFloat(number.toDouble());
        BigDecimal exact = new BigDecimal(text);
        if (Float.isInfinite(found)) {
            assertThat(exact.abs()).isGreaterThanOrEqualTo(new BigDecimal(MIDDLE_TO_INFINITY));
            return;
        }
        BigDecimal error = exact.subtract(new BigDecimal(found)).abs();
        for (float other : new float[] {Math.nextUp(found), Math.nextDown(found)}) {
            BigDecimal size =
                    Float.isInfinite(other)
                            ? new BigDecimal(TWO_TO_THE_128)
                                    .multiply(BigDecimal.valueOf(Math.signum(other)))
                            : new BigDecimal(other);
            int nearer = error.compareTo(exact.subtract(size).abs());
            assertThat(nearer).as("%s read as %s", text, found).isNotPositive();
            if (nearer == 0) {
                assertThat(Float.floatToRawIntBits(found) & 1).as(text).isZero();
            }
        }
    }

    private static JsonNumber number(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        JsonNumber number = new JsonNumber(bytes, bytes.length);
        assertThat(number.read(0)).isEqualTo(bytes.length);
        return number;
    }
}
