package dev.onnxfunction.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.json.JsonReader.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The reader reports where a text is wrong, skips values, and finds repeated members. */
class JsonReaderPlacesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "01 | has a number with leading zeros, must have one without (line 1, column 2)",
                "[-00] | has a number with leading zeros, must have one without (line 1,"
                        + " column 4)",
                "[00.5] | has a number with leading zeros, must have one without (line 1,"
                        + " column 3)",
                "-x | has 'x', must have a digit (line 1, column 2)",
                "1.x | has 'x', must have a digit (line 1, column 3)",
                "1ex | has 'x', must have a digit (line 1, column 3)",
                "1e+x | has 'x', must have a digit (line 1, column 4)",
                "x | has 'x', must have a value (line 1, column 1)",
                "[\"é😀\" x] | has 'x', must have ',' or ']' (line 1, column 7)",
                "[1,~~ 2 x] | has 'x', must have ',' or ']' (line 3, column 4)",
                "[1,~ 2 😀] | has '😀', must have ',' or ']' (line 2, column 4)",
                "{\"a\" 1} | has '1', must have ':' (line 1, column 6)",
                "{1:2} | has '1', must have a name in double quotes (line 1, column 2)",
                "{\"a\":1 | ends too early (line 1, column 7)",
                "trux | has 'x', must have \"true\" (line 1, column 4)",
                "tru | ends too early (line 1, column 4)",
                "\"ab | ends within a string (line 1, column 4)",
                "\"ab\\ | ends within a string (line 1, column 5)",
                "\"a\\x\" | has an escape that does not exist (line 1, column 3)",
                "\"a\\u12\" | has an escape that does not exist (line 1, column 3)",
                "\"a\\u12G4\" | has an escape that does not exist (line 1, column 3)",
                "{\"a\" | ends too early (line 1, column 5)",
                "{\"a\": | ends too early (line 1, column 6)",
                "{\"a\":1. | ends too early (line 1, column 8)",
                "[{} | ends too early (line 1, column 4)",
                "{\"a | ends within a string (line 1, column 4)",
                "{'a':1} | has ''', must have a name in double quotes (line 1, column 2)",
                "{a:1} | has 'a', must have a name in double quotes (line 1, column 2)",
                "{\"a\":1,} | has '}', must have a name in double quotes (line 1, column 8)",
                "[{},] | has ']', must have a value (line 1, column 5)",
                "[{}{}] | has '{', must have ',' or ']' (line 1, column 4)",
                "[{}} | has '}', must have ',' or ']' (line 1, column 4)",
                "{\"a\":1 \"b\":2} | has '\"', must have ',' or '}' (line 1, column 8)",
                "{\"a\":~1,~\"é\": x} | has 'x', must have a value (line 3, column 6)",
                "[.5] | has '.', must have a value (line 1, column 2)",
                "[+5] | has '+', must have a value (line 1, column 2)",
                "[5.] | has ']', must have a digit (line 1, column 4)",
                "[-] | has ']', must have a digit (line 1, column 3)",
                "[1e] | has ']', must have a digit (line 1, column 4)",
                "[1e+] | has ']', must have a digit (line 1, column 5)",
                "[0x1] | has 'x', must have ',' or ']' (line 1, column 3)",
                "[1_000] | has '_', must have ',' or ']' (line 1, column 3)",
                "[tru] | has ']', must have \"true\" (line 1, column 5)",
                "[TRUE] | has 'T', must have a value (line 1, column 2)",
                "[NaN] | has 'N', must have a value (line 1, column 2)",
                "[nan] | has 'a', must have \"null\" (line 1, column 3)",
                "[Infinity] | has 'I', must have a value (line 1, column 2)",
                "[-Infinity] | has 'I', must have a digit (line 1, column 3)",
                "/* 1 */ 1 | has '/', must have a value (line 1, column 1)",
                "{}{} | goes on after the end of the value (line 1, column 3)",
                "{} x | goes on after the end of the value (line 1, column 4)"
            })
    void aProblemHasAPlace(String text, String problem) {
        JsonReader json = reader(text.replace('~', '\n'));

        assertThatThrownBy(
                        () -> {
                            json.skipStrictly();
                            json.end();
                        })
                .isInstanceOf(JsonException.class)
                .hasMessage(problem);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x1f})
    void aStringHasNoControlCharacters(int character) {
        assertThatThrownBy(() -> reader("\"a" + (char) character + "\"").next())
                .hasMessage("has a control character in a string (line 1, column 3)");
    }

    @Test
    void onlyNestingIsLimited() {
        int most = JsonReader.MAX_DEPTH;
        reader("[".repeat(most) + "]".repeat(most)).skipStrictly();
        reader("[" + "[],".repeat(most) + "[]]").skipStrictly();
        JsonReader json = reader("[" + "[[]],".repeat(most) + "[]]");
        assertThat(json.next()).isEqualTo(Kind.ARRAY);
        while (json.nextElement()) {
            json.skip();
        }
        json.end();

        assertThatThrownBy(() -> reader("[".repeat(most + 1)).skipStrictly())
                .hasMessage("is nested deeper than 64 (line 1, column 65)");
    }

    @Test
    void aByteOrderMarkIsRefused() {
        assertThatThrownBy(() -> reader("\ufeff")).hasMessage("begins with a byte order mark");
        assertThatThrownBy(() -> reader("\ufeff1")).hasMessage("begins with a byte order mark");
        assertThat(reader("\"\ufeff\"").next()).isEqualTo(Kind.STRING);
        for (String other : List.of("\ufefe", "\uff3f", "\u0eff")) { // Two of its three bytes.
            assertThatThrownBy(reader(other)::next).hasMessageContaining("must have a value");
        }
    }

    @Test
    void aWrongByteIsFoundAtAnyPlace() {
        for (int length = 1; length < 20; length++) {
            for (int place = 0; place < length; place++) {
                byte[] text = " ".repeat(length).getBytes(StandardCharsets.US_ASCII);
                text[place] = (byte) 0x80;
                assertThatThrownBy(() -> new JsonReader(text)).hasMessage("is not UTF-8");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[[1,\"]\",[2,3]],{\"a\":\"[\"},\"\\\"]\"]",
                "{}",
                "{\"a\":{\"b\":[1,{}]},\"c\":\"}\"}",
                "\"a,]\"",
                "-1.5e3",
                "true",
                "null"
            })
    void aSkippedValueIsReadToItsEnd(String value) {
        JsonReader json = reader("[" + value + " , 7]");
        assertThat(json.next()).isEqualTo(Kind.ARRAY);
        assertThat(json.nextElement()).isTrue();
        assertThat(json.isNext(value.charAt(0))).isTrue();
        assertThat(json.isNext('7')).isFalse();
        int start = json.position();

        json.skip();
        assertThat(json.position()).isEqualTo(1 + value.length());
        json.goTo(start);
        json.skipStrictly();

        assertThat(json.nextElement()).isTrue();
        assertThat(json.next()).isEqualTo(Kind.NUMBER);
        assertThat(json.number().toNumber()).isEqualTo(7L);
        assertThat(json.nextElement()).isFalse();
        json.end();
    }

    @Test
    void onlyTheStrictSkippingChecksAnArray() {
        reader("[1,,2 x]").skip();

        assertThatThrownBy(() -> reader("[[1,,2]]").skipStrictly()).hasMessageContaining("has ','");
        assertThatThrownBy(() -> reader("{\"a\":{\"b\":.5}}").skipStrictly())
                .hasMessageContaining("has '.'");
        assertThatThrownBy(() -> reader("[[1]").skip())
                .hasMessage("ends too early (line 1, column 5)");
    }

    @Test
    void aStringHasAPosition() {
        JsonReader json = reader("{ \"name\": \"value\"}");
        json.next();
        json.nextMember();
        assertThat(json.stringPosition()).isEqualTo(2);
        json.next();
        assertThat(json.stringPosition()).isEqualTo(10);
        assertThat(Kind.ARRAY.description()).isEqualTo("a list");
    }

    private static JsonReader reader(String text) {
        return new JsonReader(text.getBytes(StandardCharsets.UTF_8));
    }
}
