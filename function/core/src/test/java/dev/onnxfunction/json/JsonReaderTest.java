package dev.onnxfunction.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.json.JsonNumber.Fit;
import dev.onnxfunction.json.JsonReader.Kind;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The reader accepts the same texts as Jackson and reads the same values. */
class JsonReaderTest {

    private static final JsonMapper JACKSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .build();

    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u00e9",
        "\\n",
        "\"a\"",
        "\"b\"",
        "\"é😀\"",
        "\"\\ud83d\\ude00\"",
        "true",
        "false",
        "null",
        "0",
        "-0",
        "1",
        "12",
        "-7.25",
        "1e3",
        "1E-2",
        "0.1",
        ".5",
        "5.",
        "01",
        "+1",
        "1e",
        "-",
        "NaN",
        " ",
        "\n",
        "\t",
        "\r",
        "\f",
        "x"
    };

    @Test
    void everyTextIsTakenOrRefusedAsJacksonDoes() {
        SplittableRandom random = new SplittableRandom(1978);
        int taken = 0;
        for (int i = 0; i < 200_000; i++) {
            String text = random.nextInt(4) == 0 ? noise(random) : damage(value(random, 0), random);
            @Nullable Object expected = byJackson(text);
            assertThat(byReader(text)).as(text).isEqualTo(expected);
            taken += expected == REFUSED ? 0 : 1;
        }
        assertThat(taken).isBetween(50_000, 150_000);
    }

    @Test
    void everyDoubleIsReadAsJavaReadsIt() {
        SplittableRandom random = new SplittableRandom(1978);
        for (int i = 0; i < 300_000; i++) {
            String text =
                    switch (random.nextInt(5)) {
                        case 0 -> Double.toString(finite(random));
                        case 1 -> digits(random, 25) + "." + digits(random, 25);
                        case 2 -> digits(random, 18) + "e" + random.nextInt(-350, 350);
                        case 3 -> "0." + "0".repeat(random.nextInt(30)) + digits(random, 20);
                        default -> Double.toString(random.nextInt(10_000) / 100.0);
                    };
            assertThat(number(text).toDouble()).as(text).isEqualTo(Double.parseDouble(text));
            assertThat(number("-" + text).toDouble()).isEqualTo(-Double.parseDouble(text));
        }
    }

    @Test
    void everyNumberIsAsWholeAsItIs() {
        SplittableRandom random = new SplittableRandom(1978);
        for (int i = 0; i < 200_000; i++) {
            String text =
                    (random.nextBoolean() ? "-" : "")
                            + digits(random, 21)
                            + (random.nextBoolean() ? "." + digits(random, 3) : "")
                            + (random.nextBoolean() ? "e" + random.nextInt(-22, 22) : "");
            BigDecimal exact = new BigDecimal(text);
            JsonNumber number = number(text);

            Fit fit = number.fit();

            assertThat(fit).as(text).isEqualTo(fit(exact));
            if (fit == Fit.WHOLE) {
                assertThat(number.toLong()).as(text).isEqualTo(exact.longValueExact());
            }
            assertThat(number.toDouble()).as(text).isEqualTo(Double.parseDouble(text));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, WHOLE",
        "9223372036854775808, BEYOND",
        "-9223372036854775808, WHOLE",
        "-9223372036854775809, BEYOND",
        "9223372036854775807.9, BEYOND",
        "922337203685477580e1, WHOLE",
        "18446744073709551615, BEYOND",
        "18446744073709551616, BEYOND",
        "1e18, WHOLE",
        "1e19, BEYOND",
        "1e999999999999, BEYOND",
        "1e-999999999999, FRACTION",
        "0e999999999999, WHOLE",
        "-0.000, WHOLE",
        "12300e-2, WHOLE",
        "12345e-2, FRACTION",
        "100000000000000000000000000e-20, WHOLE",
        "0.00000000000000000000000000001, FRACTION"
    })
    void theLimitsOfWholeNumbers(String text, Fit fit) {
        assertThat(number(text).fit()).isEqualTo(fit);
    }

    @Test
    void namesAreFoundInAnyOrderAndWithEscapes() {
        List<String> known = List.of("a", "b", "area in m²", "Aa", "BB", "", "x".repeat(300));
        Names names = new Names(known);
        for (int guess = 0; guess <= known.size(); guess++) {
            for (int i = 0; i < known.size(); i++) {
                assertThat(indexOf(known.get(i), names, guess)).isEqualTo(i);
            }
            assertThat(indexOf("c", names, guess)).isEqualTo(-1);
            assertThat(indexOf("\\u0061rea in m\\u00b2", names, guess)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100, 5000})
    void namesOfAnyNumberAreFound(int count) {
        List<String> known = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            known.add("feature " + i);
        }
        Names names = new Names(known);
        for (int i = 0; i < count; i++) {
            assertThat(indexOf(known.get(i), names, 0)).isEqualTo(i);
        }
        assertThat(indexOf("feature", names, 0)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC0_80, 0xED_A0_80, 0xF5_80_80_80, 0x80, 0xFF, 0xC3, 0xE2_82})
    void whatIsNotUtf8IsRefused(int wrong) {
        byte[] bytes = new BigInteger(Integer.toUnsignedString(wrong)).toByteArray();
        byte[] text = new byte[bytes.length + 2];
        text[0] = '"';
        System.arraycopy(bytes, 0, text, 1, bytes.length);
        text[text.length - 1] = '"';

        assertThatThrownBy(() -> new JsonReader(text)).hasMessage("is not UTF-8");
    }

    private static final Object REFUSED = new Object();

    private static @Nullable Object byJackson(String text) {
        try {
            JsonNode tree = JACKSON.readTree(text.getBytes(StandardCharsets.UTF_8));
            return tree.isMissingNode() ? REFUSED : plain(tree);
        } catch (JacksonException e) {
            return REFUSED;
        }
    }

    private static @Nullable Object plain(JsonNode tree) {
        if (tree.isObject()) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            tree.properties()
                    .forEach(member -> members.put(member.getKey(), plain(member.getValue())));
            return members;
        }
        if (tree.isArray()) {
            List<@Nullable Object> elements = new ArrayList<>();
            tree.forEach(element -> elements.add(plain(element)));
            return elements;
        }
        if (tree.isNumber()) {
            return positiveZero(tree.decimalValue().doubleValue());
        }
        return tree.isNull() ? null : tree.isBoolean() ? tree.asBoolean() : tree.asString();
    }

    private static @Nullable Object byReader(String text) {
        try {
            JsonReader json = new JsonReader(text.getBytes(StandardCharsets.UTF_8));
            if (json.isEmpty()) {
                return REFUSED;
            }
            Object value = value(json);
            json.end();
            return value;
        } catch (JsonException e) {
            return REFUSED;
        }
    }

    private static @Nullable Object value(JsonReader json) {
        return switch (json.next()) {
            case OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                while (json.nextMember()) {
                    String name = json.string();
                    members.put(name, value(json));
                }
                yield members;
            }
            case ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (json.nextElement()) {
                    elements.add(value(json));
                }
                yield elements;
            }
            case NUMBER -> positiveZero(json.number().toDouble());
            case STRING -> json.string();
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> null;
        };
    }

    /** Jackson reads numbers as BigDecimal, which has no negative zero. */
    private static double positiveZero(double number) {
        return number == 0 ? 0.0 : number;
    }

    /** Returns a random valid JSON text. */
    private static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 4 ? 5 : 8)) {
            case 0 -> Double.toString(random.nextInt(100_000) / 100.0);
            case 1 -> random.nextBoolean() ? "true" : "null";
            case 2 ->
                    "\""
                            + PIECES[random.nextInt(PIECES.length)].replaceAll(
                                    "[\\\\\"\\p{Cc}]", "")
                            + "\"";
            case 3 -> "-" + random.nextInt(1000) + "e" + random.nextInt(-20, 20);
            case 4 -> "\"\\\"\\\\\\/\\b\\u20AC é\"";
            case 5 -> "[" + list(random, depth, false) + "]";
            default -> "{" + list(random, depth, true) + "}";
        };
    }

    private static String list(SplittableRandom random, int depth, boolean members) {
        StringBuilder list = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.append(members ? "\"m" + i + "\" :" : " ").append(value(random, depth + 1));
            list.append(i > 1 ? "," : "\n");
        }
        return list.toString();
    }

    /** Sometimes inserts a piece that does not belong there, or removes one. */
    private static String damage(String text, SplittableRandom random) {
        int place = random.nextInt(text.length() + 1);
        return switch (random.nextInt(3)) {
            case 0 ->
                    text.substring(0, place)
                            + PIECES[random.nextInt(PIECES.length)]
                            + text.substring(place);
            case 1 -> text.substring(0, place) + text.substring(Math.min(text.length(), place + 1));
            default -> text;
        };
    }

    private static String noise(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static double finite(SplittableRandom random) {
        double number = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(number) ? Math.abs(number) : 1;
    }

    private static String digits(SplittableRandom random, int most) {
        StringBuilder digits = new StringBuilder();
        for (int i = random.nextInt(1, most + 1); i > 0; i--) {
            digits.append(random.nextInt(3) == 0 ? 0 : random.nextInt(10));
        }
        return digits.charAt(0) == '0' ? "1" + digits : digits.toString();
    }

    private static Fit fit(BigDecimal exact) {
        boolean whole = exact.signum() == 0 || exact.stripTrailingZeros().scale() <= 0;
        boolean beyond = exact.abs().compareTo(new BigDecimal("1e19")) >= 0;
        if (whole && !beyond) {
            return exact.toBigInteger().bitLength() < 64 ? Fit.WHOLE : Fit.BEYOND;
        }
        return whole || Math.abs(exact.doubleValue()) >= 0x1p63 ? Fit.BEYOND : Fit.FRACTION;
    }

    private static JsonNumber number(String text) {
        JsonReader json = new JsonReader(text.getBytes(StandardCharsets.UTF_8));
        assertThat(json.next()).isEqualTo(Kind.NUMBER);
        json.end();
        return json.number();
    }

    private static int indexOf(String name, Names names, int guess) {
        JsonReader json = new JsonReader(("{\"" + name + "\":1}").getBytes(StandardCharsets.UTF_8));
        assertThat(json.next()).isEqualTo(Kind.OBJECT);
        assertThat(json.nextMember()).isTrue();
        return json.nameIn(names, guess);
    }
}
