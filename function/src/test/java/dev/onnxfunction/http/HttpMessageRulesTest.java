package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;

/**
 * Messages that a proxy might parse differently (request smuggling), and some that only look like
 * it.
 */
class HttpMessageRulesTest {

    private static final String ROW = Boston.example().toString();

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.start();
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/3.0\r\n\r\n",
                "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
                "GET / HTTP/0.9\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.2\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
                "GET x?a://h/model HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET model HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /model#x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET ftp://h/model HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http:///model HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://u:p@h/model HTTP/1.1\r\nHost: a\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void aMessageThatBreaksARuleIsABadRequestAndTheLast(String request) throws IOException {
        assertBad(request + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5"
            })
    void aBodyWhoseEndIsInDoubtIsABadRequestAndTheLast(String header) throws IOException {
        String body = Integer.toHexString(ROW.length()) + "\r\n" + ROW + "\r\n0\r\n\r\n";
        assertBad("POST /predict HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n" + body);
        assertBad("POST /predict HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    }

    private static void assertBad(String request) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(request);

            assertThat(connection.response())
                    .startsWith("HTTP/1.1 400")
                    .contains("connection: close", "\"title\":\"Bad request\"");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a.b-c_d:80\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [fe80::1]\r\n\r\n",
                "GET /?a=1 HTTP/1.0\r\n\r\n",
                "GET http://x?/predict HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET HTTP://x/?a://b/model HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\n\r\n"
            })
    void aMessageThatOnlyLooksOddIsTaken(String request) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send(request);

            assertThat(connection.response()).startsWith("HTTP/1.1 200").endsWith("I'M ALIVE!");
        }
    }

    @Test
    void aChunkedBodyWithExtensionsAndTrailersIsTaken() throws IOException {
        String body =
                Integer.toHexString(ROW.length()) + ";a=b\r\n" + ROW + "\r\n0\r\nX: y\r\n\r\n";
        try (Connection connection = new Connection(function.connect())) {
            for (int i = 0; i < 2; i++) {
                connection.send(
                        "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + body);
                assertThat(connection.response()).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void http10MayKeepItsConnection() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            for (int i = 0; i < 2; i++) {
                connection.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertThat(connection.response()).contains("connection: keep-alive");
            }
        }
    }

    @Test
    void aHeadHasTheLengthOfTheBodyAndNoBody() throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(connection.head()).contains("content-length: 10\r\n");
            connection.send("GET /model HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(connection.response()).startsWith("HTTP/1.1 200").contains("boston");
        }
    }
}
