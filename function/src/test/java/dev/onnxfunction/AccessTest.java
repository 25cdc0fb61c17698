package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** If keys are set, only health answers without a key. */
@Tag(TestedServer.IMAGE)
class AccessTest {

    private static final String KEY = "a-key-of-24-letters-0123";
    private static final String OTHER = "another-key-0123456789";

    private static RunningFunction function;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Path keys =
                Files.writeString(
                        folder.resolve("keys"), KEY + "\n" + OTHER + "\nwith:colon:of-a-keyä\n");
        function = RunningFunction.start("access.keys=" + keys);
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/model",
                "/model/fingerprint",
                "/predict",
                "/explain",
                "/openapi.json",
                "/actuator",
                "/actuator/",
                "/actuator/healthy",
                "/actuator/prometheus",
                "/actuator/../model",
                "/page/page.js",
                "/page/none",
                "/none",
                "/?a=/actuator/health"
            })
    void nothingButHealthAnswersWithoutAKey(String path) {
        assertRefused(function.get(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/health",
                "/actuator/health/liveness",
                "/actuator/health/readiness"
            })
    void healthAnswersWithoutAKey(String path) {
        assertThat(function.get(path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer a-key-of-24-letters-0124",
                "Bearer A-KEY-OF-24-LETTERS-0123",
                "Bearer ",
                "Bearer",
                "Basic " + KEY,
                "Basic ",
                "Basic",
                "Basic %",
                "Basic YS1rZXktb2YtMjQtbGV0dGVycy0wMTIz", // the key without a name
                "Basic YTphLWtleS1vZi0yNC1sZXR0ZXJzLTAxMjQ=", // a:a-key-of-24-letters-0124
                "Basic YS1rZXktb2YtMjQtbGV0dGVycy0wMTIzOmE=", // the key as the name
                "Digest " + KEY,
                KEY
            })
    void aWrongKeyIsRefused(String authorization) {
        assertRefused(function.send(function.request("/").header("Authorization", authorization)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer " + KEY,
                "bearer " + KEY,
                "Bearer  " + OTHER,
                "Basic YTphLWtleS1vZi0yNC1sZXR0ZXJzLTAxMjM=", // a:a-key-of-24-letters-0123
                "basic OmEta2V5LW9mLTI0LWxldHRlcnMtMDEyMw==", // :a-key-of-24-letters-0123
                "Basic YTp3aXRoOmNvbG9uOm9mLWEta2V5w6Q=" // a:with:colon:of-a-keyä
            })
    void aRightKeyIsTaken(String authorization) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Authorization", authorization)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void aPathThatIsNotThereIsNotFoundWithAKey() {
        HttpResponse<String> response =
                function.send(
                        function.request("/actuator/healthy")
                                .header("Authorization", "Bearer " + KEY));

        assertThat(response.statusCode()).isEqualTo(404);
    }

    /** Browsers then ask for the key. Other clients are not offered Basic. */
    @ParameterizedTest
    @CsvSource({
        "/, text/html",
        "/none, text/html",
        "/page/page.css, text/css",
        "/page/page.js, */*"
    })
    void aBrowserIsAskedForTheKey(String path, String accept) {
        HttpResponse<String> response =
                function.send(function.request(path).header("Accept", accept));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().allValues("WWW-Authenticate"))
                .containsExactly(
                        "Basic realm=\"Any name, and a key as the password\", charset=\"UTF-8\"",
                        "Bearer");
    }

    @Test
    void nobodyElseIsAskedForAPassword() {
        assertThat(function.get("/model").headers().allValues("WWW-Authenticate"))
                .containsExactly("Bearer");
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().allValues("WWW-Authenticate")).contains("Bearer");
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(response.body()).contains("\"title\":\"Unauthorized\"").doesNotContain("key-");
    }
}
