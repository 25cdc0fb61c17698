package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Problem;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySourcesPropertyResolver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Endpoints with defects. */
class HttpDefectsTest {

    @ParameterizedTest
    @EnumSource
    void aResponseThatCannotBePresentedClosesItsConnectionOnly(Lane lane) throws IOException {
        try (HttpServer server = serving(lane)) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = connect(server)) {
                    connection.send("POST /odd HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1");
                    assertThat(connection.isClosed()).isTrue();
                }
            }
            try (Connection connection = connect(server)) {
                connection.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                assertThat(connection.response()).startsWith("HTTP/1.1 404");
            }
        }
    }

    private static HttpServer serving(Lane lane) {
        Endpoint usual =
                Endpoint.post(
                        "/odd",
                        "application/json",
                        _ -> Response.busy(),
                        _ -> lane,
                        Duration.ofSeconds(10));
        Endpoint odd =
                new Endpoint(
                        usual.path(),
                        usual.method(),
                        usual.produces(),
                        usual.consumes(),
                        usual.answer(),
                        usual.lane(),
                        usual.timeout(),
                        false,
                        HttpDefectsTest::odd,
                        null);
        HttpServer server = new HttpServer(settings(), () -> {});
        server.listen(new Router(List.of(odd), null, null), Observer.NONE);
        return server;
    }

    private static JsonWriter odd(Problem problem) {
        throw new IllegalStateException("odd: " + problem.title());
    }

    private static Settings settings() {
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(
                new MapPropertySource(
                        "test", Map.of("server.port", "0", "server.address", "127.0.0.1")));
        return Settings.from(new PropertySourcesPropertyResolver(sources));
    }

    private static Connection connect(HttpServer server) throws IOException {
        int port = ((InetSocketAddress) server.address()).getPort();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return new Connection(socket);
    }
}
