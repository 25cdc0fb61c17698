package dev.onnxfunction.plainframework;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import dev.onnxfunction.springweb.SpringServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.annotation.Bean;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.Function;

/**
 * What the framework does without {@code ContractFilter}. If one of these tests fails, the
 * framework has changed, and {@code ContractFilter} may need to do less.
 */
class PlainFrameworkTest {

    @SpringBootConfiguration
    @EnableAutoConfiguration(
            excludeName = {
                "dev.onnxfunction.spring.HealthAutoConfiguration",
                "dev.onnxfunction.spring.MetersAutoConfiguration",
                "dev.onnxfunction.spring.OnnxFunctionAutoConfiguration",
                "dev.onnxfunction.spring.web.WebAutoConfiguration"
            })
    static class Plain {

        @Bean
        Function<Map<String, Object>, Map<String, Object>> area() {
            return row -> {
                if (!row.containsKey("side")) {
                    throw new IllegalArgumentException("no side");
                }
                return Map.of("area", 4);
            };
        }

        @Bean
        Function<String, String> internal() {
            return text -> "internal";
        }
    }

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static ReactiveWebServerApplicationContext plain;

    @BeforeAll
    static void start() {
        plain =
                (ReactiveWebServerApplicationContext)
                        SpringServer.run(
                                Plain.class,
                                "off",
                                "--server.address=127.0.0.1",
                                "--server.port=0",
                                "--spring.cloud.function.web.path=",
                                "--spring.cloud.function.definition=area");
    }

    @AfterAll
    static void stop() {
        plain.close();
    }

    @Test
    void elementsThatFailVanishWith200() throws Exception {
        HttpResponse<String> response = post("/area", "[{\"side\":2},{},{\"side\":2}]");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("[{\"area\":4},{\"area\":4}]");
    }

    @Test
    void badInputIsAnErrorOfTheServer() throws Exception {
        assertThat(post("/area", "{}").statusCode()).isEqualTo(500);
    }

    @Test
    void headersAreEchoed() throws Exception {
        HttpResponse<String> response = post("/area", "{\"side\":2}", "X-Custom", "secret");

        assertThat(response.headers().firstValue("X-Custom")).hasValue("secret");
    }

    @Test
    void aHeaderReplacesTheBody() throws Exception {
        HttpResponse<String> response =
                post("/area", "{\"side\":2}", "payload", "[{\"side\":1},{\"side\":1}]");

        assertThat(response.body()).isNotEqualTo("{\"area\":4}");
    }

    @Test
    void anyPathIsAnsweredAndAnyFunctionIsReachedByName() throws Exception {
        assertThat(post("/no/such/path", "{\"side\":2}").statusCode()).isEqualTo(200);
        assertThat(post("/internal", "x").body()).isEqualTo("internal");
    }

    private static HttpResponse<String> post(String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + requireNonNull(plain.getWebServer()).getPort()
                                                + path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
