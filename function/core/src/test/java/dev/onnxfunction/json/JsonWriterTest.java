package dev.onnxfunction.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Numbers are written as {@link Double#toString(double)} writes them, strings with few escapes, but
 * nothing that a terminal would act on.
 */
class JsonWriterTest {

    private static final byte[] COMMA = {','};

    private final JsonWriter json = new JsonWriter(1);

    @Test
    void everyDoubleIsWrittenAsJavaWritesIt() {
        SplittableRandom random = new SplittableRandom(1978);
        for (int i = 0; i < 500_000; i++) {
            double number = Math.scalb(1 + random.nextDouble(), random.nextInt(-12, 28));
            assertWritten(number);
            assertWritten(-number);
            assertWritten(Double.longBitsToDouble(random.nextLong()));
        }
    }

    /** These numbers have a far shorter text than their neighbours. */
    @Test
    void everyDoubleNextToARoundOneIsWrittenAsJavaWritesIt() {
        SplittableRandom random = new SplittableRandom(1978);
        for (int i = 0; i < 200_000; i++) {
            double unit = Math.pow(10, random.nextInt(8));
            double round = Math.rint(random.nextDouble() * 100 * unit) / unit;
            double power = Math.scalb(1.0, random.nextInt(-12, 28));
            int steps = random.nextInt(-3, 4);
            assertWritten(round + steps * Math.ulp(round));
            assertWritten(power + steps * Math.ulp(power));
        }
    }

    /** Each has few digits, all of which are written. */
    @Test
    void everyPowerOfTwoIsWrittenAsJavaWritesIt() {
        for (int exponent = Double.MIN_EXPONENT; exponent <= Double.MAX_EXPONENT; exponent++) {
            assertWritten(Math.scalb(1.0, exponent));
            assertWritten(Math.scalb(-1.0, exponent));
        }
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                1,
                -1,
                0.1,
                22.5,
                0x1p-7,
                0x1.0000000000001p-7,
                0x1.fffffffffffffp-8,
                1e7,
                9999999,
                9999999.999999998,
                0.001,
                2e-3,
                1e-300,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                2.9999999999999996,
                123456.7,
                1 + 0x1p-17, // Midway between two texts of as many digits.
                1 + 3 * 0x1p-17,
                0.5000000000000001, // From 0.5 on, at most 16 decimals are written.
                0.49999999999999994,
                0.9999999999999999,
                1.0000000000000002,
                9.999999999999998,
                10.000000000000002,
                99.99999999999999,
                100.00000000000001,
                0.05,
                131072.5,
                5e-2 + 1e-10
            })
    void theLimitsOfWhatIsWrittenHere(double number) {
        assertWritten(number);
        assertWritten(-number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " azAZ09!~",
                "\u007f",
                "é€",
                "a😀b",
                "\"",
                "a\\b",
                "\u001f",
                "\u0000é",
                "é \n"
            })
    void aStringIsReadAsItWasWritten(String text) {
        String written = json.clear().append(':').appendString(text).append(':').toString();

        JsonReader reader =
                new JsonReader(
                        written.substring(1, written.length() - 1)
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(reader.next()).isEqualTo(JsonReader.Kind.STRING);
        assertThat(reader.string()).isEqualTo(text);
        assertThat(json.length()).isEqualTo(written.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void onlyWhatMustBeIsEscaped() {
        assertThat(string(" ~é😀/")).isEqualTo("\" ~é😀/\"");
        assertThat(string("\"\\")).isEqualTo("\"\\\"\\\\\"");
        assertThat(string("\n\u001f")).isEqualTo("\"\\u000a\\u001f\"");
    }

    /** A line end, a writing direction, a control sequence, and a tag beyond the basic plane. */
    @Test
    void whatIsHiddenOrAffectsATerminalIsEscaped() {
        assertThat(string("a\u2028\u202e\u009b\u007f"))
                .isEqualTo("\"a\\u2028\\u202e\\u009b\\u007f\"");
        assertThat(string("\udb40\udc41é")).isEqualTo("\"\\udb40\\udc41é\"");
    }

    /** UTF-8 has no code for it. */
    @Test
    void aSurrogateWithoutItsOtherHalfIsEscaped() {
        assertThat(string("\ud83d")).isEqualTo("\"\\ud83d\"");
        assertThat(string("\ude00")).isEqualTo("\"\\ude00\"");
        assertThat(string("\ud83dé")).isEqualTo("\"\\ud83dé\"");
        assertThat(string("é\ude00")).isEqualTo("\"é\\ude00\"");
        assertThat(string("\ude00\ud83d")).isEqualTo("\"\\ude00\\ud83d\"");
        assertThat(string("\ud83d\ud83d\ude00")).isEqualTo("\"\\ud83d😀\"");
    }

    @Test
    void digitsHaveAFixedNumber() {
        assertThat(json.clear().appendHex(0x0123456789abcdefL).append('.').toString())
                .isEqualTo("0123456789abcdef.");
        assertThat(json.clear().appendHex(-1).toString()).isEqualTo("ffffffffffffffff");
        assertThat(json.clear().append('.').appendDigits(42, 3).append('.').toString())
                .isEqualTo(".042.");
        assertThat(new JsonWriter(1).appendDigits(1987, 2).toString()).isEqualTo("87");
        assertThat(new JsonWriter(1).appendHex(0).toString()).isEqualTo("0".repeat(16));
    }

    @Test
    void textsOfAnyFormAreAppended() {
        JsonWriter other = new JsonWriter(1).append("[1,").append(-2L);
        byte[] bytes = ",3,4".getBytes(StandardCharsets.US_ASCII);

        assertThat(new JsonWriter(1).append(other).append(bytes, 2, 2).append(bytes).toString())
                .isEqualTo("[1,-2,4,3,4");
    }

    private String string(String text) {
        return json.clear().appendString(text).toString();
    }

    private void assertWritten(double number) {
        if (Double.isFinite(number)) {
            String text = json.clear().append(number).append(COMMA, number).toString();
            String expected = Double.toString(number);
            if (!text.equals(expected + "," + expected)) {
                assertThat(text).isEqualTo(expected + "," + expected);
            }
        }
    }
}
