package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.MediaTypes;
import dev.onnxfunction.contract.Response;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class UsualResponseTest {

    private static final HttpRequest REQUEST = request(HttpVersion.HTTP_1_1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 99, 100, 12_345, AnswerWriter.WHOLE})
    void hasWhatEveryResponseHas(int length) {
        String body = "x".repeat(length);
        ByteBuf bytes = UsualResponse.of(json(body), UnpooledByteBufAllocator.DEFAULT);
        try {
            String message = bytes.toString(StandardCharsets.US_ASCII);
            int end = message.indexOf("\r\n\r\n");
            assertThat(message.substring(0, end).split("\r\n"))
                    .hasSize(4)
                    .contains(
                            "HTTP/1.1 200 OK",
                            "content-type: application/json",
                            "content-length: " + length)
                    .anyMatch(field -> field.matches("date: \\w{3}, \\d\\d \\w{3} .* GMT"));
            assertThat(message.substring(end + 4)).isEqualTo(body);
        } finally {
            bytes.release();
        }
    }

    @Test
    void isForNothingElse() {
        Response usual = json("{}");

        assertThat(UsualResponse.fits(usual, REQUEST, true)).isTrue();
        assertThat(UsualResponse.fits(usual, REQUEST, false)).isFalse();
        assertThat(UsualResponse.fits(usual, request(HttpVersion.HTTP_1_0), true)).isFalse();
        assertThat(UsualResponse.fits(usual.with(400, "x"), REQUEST, true)).isFalse();
        assertThat(UsualResponse.fits(usual.with("etag", "x"), REQUEST, true)).isFalse();
        assertThat(UsualResponse.fits(Response.ok("text/html", "x"), REQUEST, true)).isFalse();
        String large = "x".repeat(AnswerWriter.WHOLE + 1);
        assertThat(UsualResponse.fits(json(large), REQUEST, true)).isFalse();
    }

    private static Response json(String body) {
        return Response.ok(MediaTypes.JSON, body);
    }

    private static HttpRequest request(HttpVersion version) {
        return new DefaultHttpRequest(version, HttpMethod.POST, "/predict");
    }
}
