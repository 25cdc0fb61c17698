package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Response;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class UsualResponseTest {

    private static final HttpHead REQUEST = request(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 99, 100, 12_345, AnswerWriter.WHOLE, Integer.MAX_VALUE})
    void hasWhatEveryResponseHas(int length) {
        String head = new String(UsualResponse.head(length), StandardCharsets.US_ASCII);

        assertThat(head).endsWith("\r\n\r\n");
        assertThat(head.substring(0, head.length() - 4).split("\r\n"))
                .hasSize(4)
                .contains(
                        "HTTP/1.1 200 OK",
                        "content-type: application/json",
                        "content-length: " + length)
                .anyMatch(field -> field.matches("date: \\w{3}, \\d\\d \\w{3} .* GMT"));
    }

    @Test
    void isForNothingElse() {
        Response usual = json("{}");

        assertThat(UsualResponse.fits(usual, REQUEST, true)).isTrue();
        assertThat(UsualResponse.fits(usual, REQUEST, false)).isFalse();
        assertThat(UsualResponse.fits(usual, request(0), true)).isFalse();
        assertThat(UsualResponse.fits(usual.with(400, "x"), REQUEST, true)).isFalse();
        assertThat(UsualResponse.fits(usual.with("etag", "x"), REQUEST, true)).isFalse();
        assertThat(UsualResponse.fits(Response.ok("text/html", "x"), REQUEST, true)).isFalse();
    }

    private static Response json(String body) {
        return Response.ok(MediaTypes.JSON, body);
    }

    private static HttpHead request(int minor) {
        return new HttpHead("POST", "/predict", 1, minor, HeaderFields.NONE, null);
    }
}
