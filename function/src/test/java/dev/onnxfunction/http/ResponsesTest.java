package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.onnxfunction.contract.Response;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class ResponsesTest {

    private static final Response TEXT = Response.ok("text/plain", "four");

    @Test
    void aHeadHasOneLineForEachValue() {
        Response answer = TEXT.with("allow", "GET", "HEAD");

        assertThat(lines(Responses.head(answer, request(1), true)))
                .startsWith("HTTP/1.1 200 OK", "content-type: text/plain", "content-length: 4")
                .endsWith("allow: GET", "allow: HEAD")
                .hasSize(6);
    }

    @Test
    void whetherTheConnectionStaysOpenDependsOnTheVersion() {
        assertThat(lines(Responses.head(TEXT, request(1), true)))
                .noneMatch(line -> line.startsWith("connection"));
        assertThat(lines(Responses.head(TEXT, request(0), true)))
                .contains("connection: keep-alive");
        assertThat(lines(Responses.head(TEXT, request(0), false))).contains("connection: close");
        assertThat(lines(Responses.head(TEXT, null, false))).contains("connection: close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nset-cookie: b", "a\nb", "\r", "a\0", "\u007f", "a\u000bb"})
    void aValueNeverEndsItsField(String value) {
        Response answer = TEXT.with("ce-id", value);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Responses.head(answer, request(1), true))
                .withMessage("The header field ce-id has a control character.");
    }

    /** U+010A would be a line feed if its upper byte were cut off. */
    @Test
    void aCharacterBeyondLatin1IsAQuestionMark() {
        assertThat(lines(Responses.head(TEXT.with("x", "\u010aé€"), request(1), true)))
                .contains("x: ?é?");
    }

    @Test
    void anUnknownStatusHasNoReason() {
        assertThat(lines(Responses.head(TEXT.with(299, "x"), request(1), true)))
                .startsWith("HTTP/1.1 299 ");
    }

    private static String[] lines(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        assertThat(text).endsWith("\r\n\r\n");
        return text.substring(0, text.length() - 4).split("\r\n", -1);
    }

    private static HttpHead request(int minor) {
        return new HttpHead("GET", "/", 1, minor, HeaderFields.NONE, null);
    }
}
