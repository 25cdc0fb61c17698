package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.Scrape;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A model that takes long, or forever, delays only its own requests, and those only up to the
 * timeout.
 */
@Timeout(300)
@Tag("slow")
class LongWorkTest {

    private static final String FOR_EVER = "{\"x\":1e15}";

    private static final String QUICK = "{\"x\":5}";

    @TempDir private Path folder;

    @Test
    void aPredictionHasADeadline() {
        try (RunningFunction function = serving("predict.timeout=1s")) {
            HttpResponse<String> late = function.predict(FOR_EVER);

            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(late.body()).contains("\"title\":\"Deadline exceeded\"");
            assertThat(function.predict(QUICK).body()).contains("\"predict\":10.0");
        }
    }

    @Test
    void aStreamThatIsRefusedWholeTookAsLongAsItsRows() {
        try (RunningFunction function = serving("predict.timeout=1s")) {
            HttpResponse<String> late =
                    function.send(
                            function.request("/predict")
                                    .header("Content-Type", "application/x-ndjson")
                                    .POST(HttpRequest.BodyPublishers.ofString(FOR_EVER)));

            assertThat(late.statusCode()).isEqualTo(504);
            Scrape scrape = new Scrape(function.get("/actuator/prometheus").body());
            assertThat(scrape.value("http_server_requests_seconds_sum", "status=\"504\""))
                    .isGreaterThanOrEqualTo(1);
        }
    }

    /** This holds from the first request on. */
    @Test
    void aSlowModelHoldsUpNeitherHealthNorMetrics() {
        try (RunningFunction function = serving("predict.timeout=86400s")) {
            List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                running.add(function.sendAsync(post(function, "/predict", FOR_EVER)));
            }

            for (int i = 0; i < 10; i++) {
                assertThat(function.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            }
            assertThat(function.get("/actuator/prometheus").statusCode()).isEqualTo(200);
            assertThat(running).noneMatch(CompletableFuture::isDone);
        }
    }

    /** This holds even if all earlier rows were fast, on each event loop. */
    @Test
    void norDoesAModelThatIsSlowForSomeRowsOnly() {
        try (RunningFunction function = serving("predict.timeout=86400s")) {
            for (int i = 0; i < 200; i++) {
                assertThat(function.predict(QUICK).statusCode()).isEqualTo(200);
            }
            List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                running.add(function.sendAsync(post(function, "/predict", FOR_EVER)));
            }

            assertThat(function.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(running).noneMatch(CompletableFuture::isDone);
        }
    }

    @Test
    void explanationsHaveADeadlineAndOnlySoManyWait() {
        try (RunningFunction function = serving("explain.timeout=3s", "explain.max-waiting=2")) {
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                asked.add(function.sendAsync(post(function, "/explain", FOR_EVER)));
            }
            assertThat(function.get("/actuator/prometheus").statusCode()).isEqualTo(200);
            assertThat(function.predict(QUICK).statusCode()).isEqualTo(200);

            List<HttpResponse<String>> answers =
                    asked.stream().map(CompletableFuture::join).toList();

            assertThat(answers)
                    .extracting(HttpResponse::statusCode)
                    .contains(503, 504)
                    .containsOnly(503, 504);
            assertThat(answers)
                    .filteredOn(answer -> answer.statusCode() == 503)
                    .hasSizeGreaterThan(32)
                    .allMatch(answer -> answer.headers().firstValue("Retry-After").isPresent())
                    .allMatch(answer -> answer.body().contains("\"title\":\"Busy\""));
        }
    }

    /** A second explanation shows whether the explaining thread is free again. */
    @Test
    void whoLeavesIsNotExplainedAnything() throws Exception {
        try (RunningFunction function = serving("explain.timeout=86400s")) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                Socket client = function.connect();
                String head = "POST /explain HTTP/1.1\r\nHost: a\r\nContent-Length: ";
                client.getOutputStream()
                        .write(
                                (head + FOR_EVER.length() + "\r\n\r\n" + FOR_EVER)
                                        .getBytes(StandardCharsets.US_ASCII));
                clients.add(client);
            }
            CompletableFuture<HttpResponse<String>> next =
                    function.sendAsync(post(function, "/explain", QUICK));
            assertThat(function.get("/actuator/health").statusCode()).isEqualTo(200);

            for (Socket client : clients) {
                client.close();
            }

            assertThat(next.join().body()).contains("\"title\":\"No background\"");
        }
    }

    private RunningFunction serving(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("server.shutdown-timeout=1s");
        return RunningFunction.serving(
                OnnxGraph.counting().write(folder), all.toArray(String[]::new));
    }

    private static HttpRequest.Builder post(RunningFunction function, String path, String json) {
        return function.request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }
}
