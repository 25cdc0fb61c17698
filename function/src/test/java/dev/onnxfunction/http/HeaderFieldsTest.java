package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

class HeaderFieldsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"close", "Close", "keep-alive, CLOSE", "close,keep-alive", ", close\t,"})
    void listsTheElementsOfAValueInAnyCase(String value) {
        assertThat(fields("Connection: " + value).lists("connection", "close")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "closed", "not close", "keep-alive, closed", ","})
    void listsNothingElse(String value) {
        assertThat(fields("Connection: " + value).lists("connection", "close")).isFalse();
    }

    @Test
    void listsTheElementsOfAllFieldsOfAName() {
        HeaderFields fields = fields("Connection: keep-alive", "a: b", "connection: close");

        assertThat(fields.lists("connection", "close")).isTrue();
        assertThat(fields.lists("connection", "keep-alive")).isTrue();
        assertThat(fields.lists("connection", "b")).isFalse();
    }

    @Test
    void findsNamesInAnyCaseAndNoOthersOfTheirLength() {
        HeaderFields fields = fields("hOST: a", "x_st: b", "HOS^: c", "HOST: d");

        assertThat(fields.all("host")).isEqualTo(List.of("a", "d"));
        assertThat(fields.first("port")).isNull();
    }

    private static HeaderFields fields(String... lines) {
        String head = "GET / HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        HttpHead parsed = new RequestHeadParser().parse(bytes, 0, bytes.length);
        return parsed == null ? HeaderFields.NONE : parsed.fields();
    }
}
