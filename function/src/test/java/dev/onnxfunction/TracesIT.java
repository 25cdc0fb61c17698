package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.sun.net.httpserver.HttpServer;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Spans of requests, as an OpenTelemetry collector receives them. */
class TracesIT {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String LAST = TRACE.replace('4', '6');
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String ROW = Boston.example().toString();

    /** A request that the collector has received. */
    private record Export(String path, String contentType, String hex) {}

    @Test
    void aSpanOfTheCallersTraceIsSent() throws Exception {
        BlockingQueue<Export> exports = new LinkedBlockingQueue<>();
        HttpServer collector = collector(exports);
        Map<String, String> settings =
                Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + collector.getAddress().getPort(),
                        "OTEL_SERVICE_NAME",
                        "flat-prices",
                        "OTEL_BSP_SCHEDULE_DELAY",
                        "2000",
                        "LOG_FORMAT",
                        "json");
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, settings)) {
            assertThat(post(function, TRACE, "01")).startsWith("HTTP/1.1 200");
            assertThat(post(function, TRACE.replace('4', '5'), "00")).startsWith("HTTP/1.1 200");
            Export export = exports.poll(300, TimeUnit.SECONDS);
            assertThat(export).isNotNull();
            assertThat(post(function, LAST, "01")).startsWith("HTTP/1.1 200");
            function.terminate();
            assertThat(function.exitCode()).isZero();

            assertThat(exports)
                    .as("the last one is sent before the end")
                    .singleElement()
                    .extracting(Export::hex, STRING)
                    .contains(LAST);
            assertThat(export.path()).isEqualTo("/v1/traces");
            assertThat(export.contentType()).isEqualTo("application/x-protobuf");
            String span =
                    function.output()
                            .replaceAll(
                                    "(?s).*?\"logging.googleapis.com/spanId\":\"(\\w+).*", "$1");
            assertThat(export.hex())
                    .contains(TRACE, PARENT, span)
                    .contains(hex("POST /predict"), hex("flat-prices"))
                    .contains(hex("boston-house-prices@"))
                    .as("the caller does not record this one")
                    .doesNotContain(TRACE.replace('4', '5'));
        } finally {
            collector.stop(0);
        }
    }

    @Test
    void aCollectorThatIsNotThereHoldsUpNobody() throws Exception {
        Map<String, String> settings =
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", "LOG_ACCESS", "off");
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, settings)) {
            for (int i = 0; i < 20; i++) {
                assertThat(function.post(ROW)).startsWith("HTTP/1.1 200");
            }
            function.terminate();
            assertThat(function.exitCode()).isZero();
        }
    }

    private static String post(FunctionProcess function, String trace, String flags)
            throws IOException {
        String head =
                """
                POST /predict HTTP/1.1\r
                Host: a\r
                Connection: close\r
                traceparent: 00-%s-%s-%s\r
                Content-Length: %d\r
                \r
                """
                        .formatted(trace, PARENT, flags, ROW.length());
        try (Socket socket = function.connect()) {
            socket.getOutputStream().write((head + ROW).getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static HttpServer collector(BlockingQueue<Export> exports) throws IOException {
        HttpServer collector =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    List<String> types = exchange.getRequestHeaders().get("Content-Type");
                    exports.add(
                            new Export(
                                    exchange.getRequestURI().getPath(),
                                    String.join(",", types),
                                    HexFormat.of().formatHex(body)));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        collector.start();
        return collector;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
