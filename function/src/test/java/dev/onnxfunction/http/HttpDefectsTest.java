package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Problem;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.RowStreaming;
import dev.onnxfunction.contract.ServedModel;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.testing.Connection;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/** Endpoints with defects. The memory that each test leaves is that of one request. */
class HttpDefectsTest {

    /** Bytes; two bodies do not fit into memory. */
    private static final int BODY = 200_000;

    private static final String[] SETTINGS = {
        "server.shutdown-timeout=1s", "limits.max-body=200KB", "limits.body-memory=320KB"
    };

    @ParameterizedTest
    @EnumSource
    void aResponseThatCannotBePresentedClosesItsConnectionOnly(Lane lane) throws IOException {
        Endpoint odd = post(_ -> Response.busy(), _ -> lane, HttpDefectsTest::odd);
        try (TestServer server = TestServer.start(odd, SETTINGS)) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = server.connect()) {
                    send(connection, BODY);
                    assertThat(connection.isClosed()).isTrue();
                }
            }
            try (Connection connection = server.connect()) {
                connection.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                assertThat(connection.response()).startsWith("HTTP/1.1 404");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterAnErrorOfAnEndpointItsConnectionIsServed(Lane lane) throws IOException {
        try (TestServer server = TestServer.start(failing(lane), SETTINGS);
                Connection connection = server.connect()) {
            for (int i = 0; i < 3; i++) {
                send(connection, BODY);
                assertThat(connection.response())
                        .startsWith("HTTP/1.1 500")
                        .contains("application/problem+json")
                        .doesNotContain("connection: close", "StackOverflow");
            }
        }
    }

    @Test
    void anErrorInTheChoiceOfALaneClosesItsConnectionOnly() throws IOException {
        Endpoint endpoint =
                post(
                        _ -> Response.busy(),
                        request -> {
                            throw overflow(request);
                        },
                        null);
        try (TestServer server = TestServer.start(endpoint, SETTINGS)) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = server.connect()) {
                    send(connection, BODY);
                    assertThat(connection.isClosed()).isTrue();
                }
            }
        }
    }

    /** A stream takes all memory. */
    @Test
    void aStreamThatCannotBeOpenedIsRefusedAndTakesNoMemory() throws IOException {
        @SuppressWarnings("NullAway") // Has no model, so that no stream can be opened.
        ServedModel none =
                new ServedModel(
                        null,
                        null,
                        null,
                        TestServer.settings(SETTINGS),
                        Observer.NONE,
                        null,
                        () -> true);
        try (TestServer server = TestServer.start(RowStreaming.endpoint("/test", none), SETTINGS)) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = server.connect()) {
                    connection.send(head(10, "Content-Type: application/x-ndjson\r\n"));
                    assertThat(connection.response())
                            .startsWith("HTTP/1.1 500")
                            .contains("connection: close");
                }
            }
        }
    }

    private static Endpoint failing(Lane lane) {
        return post(
                request -> {
                    throw overflow(request);
                },
                _ -> lane,
                null);
    }

    private static Endpoint post(
            Function<Request, Response> answer,
            Function<Request, Lane> lane,
            @Nullable Function<Problem, JsonWriter> refusals) {
        Endpoint usual =
                Endpoint.post("/test", "application/json", answer, lane, Duration.ofSeconds(10));
        return new Endpoint(
                usual.path(),
                usual.method(),
                usual.produces(),
                usual.consumes(),
                usual.answer(),
                usual.lane(),
                usual.timeout(),
                false,
                refusals,
                null);
    }

    private static StackOverflowError overflow(Request request) {
        return new StackOverflowError("of " + request.length() + " bytes");
    }

    private static JsonWriter odd(Problem problem) {
        throw new IllegalStateException("odd: " + problem.title());
    }

    private static void send(Connection connection, int length) throws IOException {
        connection.send(head(length, "") + "1".repeat(length));
    }

    private static String head(int length, String fields) {
        return "POST /test HTTP/1.1\r\nHost: a\r\n%sContent-Length: %d\r\n\r\n"
                .formatted(fields, length);
    }
}
