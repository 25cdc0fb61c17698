package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Gzip;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.Project;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every endpoint over real HTTP, and the errors for everything that is not an endpoint. */
class EndpointsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path VECTORS =
            Project.TRAINING.resolve("tests").resolve("row-hash-vectors.json");

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.start();
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @Test
    void aRowGetsItsPredictionWithIntervalAndModel() {
        HttpResponse<String> response = function.predict(Boston.example().toString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        JsonNode prediction = JSON.readTree(response.body());
        assertThat(prediction.propertyNames())
                .containsExactly("status", "predict", "interval", "model");
        assertThat(prediction.get("interval")).hasSize(2);
    }

    @Test
    void aRowOutsideTheTrainingRangeGetsTheFeaturesThatAre() {
        String row = Boston.example().toString().replace("6.575", "60.5").replace("15.3", "1e-3");

        JsonNode prediction = JSON.readTree(function.predict(row).body());

        assertThat(prediction.get("outOfRange").toString()).isEqualTo("[\"RM\",\"PTRATIO\"]");
    }

    @Test
    void anArrayGetsAnArrayInTheSameOrder() {
        JsonNode rows = Boston.parity().get("rows");
        String three = "[" + rows.get(5) + "," + rows.get(3) + "," + rows.get(5) + "]";

        JsonNode predictions = JSON.readTree(function.predict(three).body());

        assertThat(predictions).hasSize(3);
        assertThat(predictions.get(0))
                .isEqualTo(predictions.get(2))
                .isNotEqualTo(predictions.get(1));
        assertThat(predictions.get(1).toString()).isEqualTo(alone(rows.get(3)));
    }

    private static String alone(JsonNode row) {
        return JSON.readTree(function.predict(row.toString()).body()).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", " [ ] "})
    void anEmptyArrayGetsAnEmptyArray(String body) {
        HttpResponse<String> response = function.predict(body);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("[]");
    }

    @Test
    void theRootSaysThatItIsAlive() {
        HttpResponse<String> response = function.get("/");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(response.body()).isEqualTo("I'M ALIVE!");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "TEXT/HTML",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "text/html, */*",
                "text/plain;q=0.9, text/html",
                "text/html;q=0.2, text/plain;q=0.1",
                "text/html;q=0.001, text/plain;q=0, */*",
                "application/json, text/html;level=1;q=0.5"
            })
    void aBrowserGetsThePage(String accept) {
        HttpResponse<String> response =
                function.send(function.request("/").header("Accept", accept));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("text/html;charset=utf-8");
        assertThat(header(response, "vary")).isEqualTo("Accept");
        assertThat(response.body()).startsWith("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "text/*",
                "text/plain",
                "text/html, text/plain",
                "text/html;q=0.5, */*",
                "text/html;q=0, */*;q=0.1",
                "text/html;q=0.5, text/*;q=0.6",
                "text/plain, */*"
            })
    void otherClientsGetASignOfLife(String accept) {
        HttpResponse<String> response =
                function.send(function.request("/").header("Accept", accept));

        assertThat(response.body()).isEqualTo("I'M ALIVE!");
        assertThat(header(response, "content-type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(header(response, "vary")).isEqualTo("Accept");
    }

    @Test
    void thePageIsMadeOfFilesOfItsOwnAndMayLoadNothingElse() {
        HttpResponse<String> page =
                function.send(function.request("/").header("Accept", "text/html"));

        Matcher links = Pattern.compile("(?:href|src)=\"([^\"#]+)\"").matcher(page.body());
        assertThat(links.results().map(link -> "/" + link.group(1)))
                .contains("/page/page.js", "/page/page.css", "/page/icon.svg", "/model")
                .allSatisfy(path -> assertThat(function.get(path).statusCode()).isEqualTo(200));
        assertThat(page.body())
                .doesNotContain("<style", "style=", "//")
                .doesNotContainPattern("\\son\\w+\\s*=");
        for (HttpResponse<String> file : List.of(page, function.get("/page/page.js"))) {
            assertThat(header(file, "content-security-policy"))
                    .isEqualTo(
                            "default-src 'none'; script-src 'self'; style-src 'self';"
                                    + " connect-src 'self'; img-src 'self'; form-action 'none';"
                                    + " base-uri 'none'; frame-ancestors 'none'");
            assertThat(header(file, "x-content-type-options")).isEqualTo("nosniff");
            assertThat(header(file, "referrer-policy")).isEqualTo("no-referrer");
            assertThat(header(file, "cache-control")).isEqualTo("no-cache");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/page/page.js,  text/javascript;charset=utf-8",
        "/page/page.css, text/css;charset=utf-8",
        "/page/icon.svg, image/svg+xml"
    })
    void aFileOfThePageHasItsType(String path, String type) {
        HttpResponse<String> file = function.get(path);

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(header(file, "content-type")).isEqualTo(type);
    }

    /** The function lists the page's files in code, so a new file must be added to that list. */
    @Test
    void everyFileOfThePageIsServed() throws IOException {
        try (Stream<Path> files =
                Files.list(Project.FUNCTION.resolve("core/src/main/resources/page"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .contains("index.html")
                    .filteredOn(file -> !file.equals("index.html"))
                    .allSatisfy(
                            file ->
                                    assertThat(function.get("/page/" + file).statusCode())
                                            .isEqualTo(200));
        }
    }

    @Test
    void theModelIsItsCardAsServed() {
        HttpResponse<String> response = function.get("/model");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        JsonNode card = JSON.readTree(response.body());
        assertThat(card.get("name").asString()).isEqualTo("boston-house-prices");
        assertThat(card.get("features")).hasSize(13);
        assertThat(card.get("features").get(12).get("name").asString()).isEqualTo("LSTAT");
        assertThat(card.at("/metrics/rows").asInt()).isEqualTo(409);
        assertThat(card.at("/held_out/rows").asInt()).isEqualTo(97);
        assertThat(card.has("fingerprint")).isFalse();
    }

    @Test
    void theFingerprintIsServedAsItStandsOnTheCard() throws Exception {
        HttpResponse<String> response = function.get("/model/fingerprint");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        JsonNode fingerprint = JSON.readTree(response.body());
        JsonNode vector = JSON.readTree(Files.readString(VECTORS)).at("/boston/fingerprint");
        for (String member : List.of("columns", "distinct", "bits", "hashes", "sha256")) {
            assertThat(fingerprint.get(member)).isEqualTo(vector.get(member));
        }
        byte[] filter = Base64.getDecoder().decode(fingerprint.get("filter").asString());
        assertThat(filter).hasSize(vector.get("bits").asInt() / 8);
        assertThat(MessageDigest.getInstance("SHA-256").digest(filter))
                .isEqualTo(HexFormat.of().parseHex(vector.get("sha256").asString()));
        assertThat(function.get("/model/fingerprint").body()).isEqualTo(response.body());
    }

    @Test
    void whereThereIsNoFingerprintItIsNotFound(@TempDir Path folder) throws IOException {
        Path model = OnnxGraph.linear(1, 2, 3).write(folder);
        try (RunningFunction bare = RunningFunction.serving(model, "model.features=a,b")) {
            assertProblem(
                    bare.get("/model/fingerprint"),
                    404,
                    "Not found",
                    "The model file has no fingerprint of the rows that the model was trained on.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/actuator/health           |"
                        + " {\"status\":\"UP\",\"groups\":[\"liveness\",\"readiness\"]}",
                "/actuator/health/liveness  | {\"status\":\"UP\"}",
                "/actuator/health/readiness | {\"status\":\"UP\"}"
            })
    @Tag(TestedServer.OPERATIONS)
    void healthIsUp(String path, String body) {
        HttpResponse<String> response = function.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        assertThat(response.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/model",
                "/model/fingerprint",
                "/openapi.json",
                "/page/page.css",
                "/actuator/health/readiness"
            })
    void headGetsTheHeadersOfGet(String path) {
        HttpResponse<String> get = function.get(path);
        HttpResponse<String> head =
                function.send(function.request(path).method("HEAD", BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "content-length")).isEqualTo(header(get, "content-length"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/predict?pretty", "/predict?a=b&c=/d"})
    void theQueryIsIgnored(String path) {
        HttpResponse<String> response =
                function.send(
                        function.request(path)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/predicts",
                "/predict/",
                "/Predict",
                "//predict",
                "/predict,predict",
                "/explain/",
                "/openapi",
                "/openapi.yaml",
                "/predict%7Cpredict",
                "/functionRouter",
                "/model/..",
                "/model/fingerprint/",
                "/actuator/env",
                "/page",
                "/page/",
                "/page/index.html",
                "/page/../page/page.js",
                "/page/none.js",
                "/favicon.ico"
            })
    void anythingElseIsNotFound(String path) {
        HttpResponse<String> response =
                function.send(
                        function.request(path)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertProblem(response, 404, "Not found", "There is nothing at this path.");
    }

    @Test
    @Tag(TestedServer.OPERATIONS)
    void operationsAreAskedForByNameAndWithGetOnly() {
        assertThat(function.get("/actuator").statusCode()).isEqualTo(404);
        HttpResponse<String> response = function.post("/actuator/health/liveness", "");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,     /predict, POST",
        "HEAD,    /predict, POST",
        "PUT,     /predict, POST",
        "DELETE,  /predict, POST",
        "OPTIONS, /predict, POST",
        "PATCH,   /predict, POST",
        "GET,     /explain, POST",
        "POST,    /openapi.json, 'GET, HEAD'",
        "DELETE,  /,        'GET, HEAD, POST'",
        "POST,    /page/page.js, 'GET, HEAD'",
        "POST,    /model,   'GET, HEAD'",
        "DELETE,  /model,   'GET, HEAD'",
        "POST,    /model/fingerprint, 'GET, HEAD'"
    })
    void anotherMethodIsNotAllowed(String method, String path, String allowed) {
        HttpResponse<String> response =
                function.send(function.request(path).method(method, BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "allow")).isEqualTo(allowed);
        if (!method.equals("HEAD")) {
            assertProblem(response, 405, "Method not allowed", "This path takes " + allowed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/html, image/*;q=0.8",
                "application/json;q=0",
                "application/json;q=0.000, text/*",
                "*/*, application/json;q=0.0",
                "application/xml"
            })
    void anAnswerThatTheClientRefusesIsNotAcceptable(String accept) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Accept", accept)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertProblem(response, 406, "Not acceptable", "The answer is application/json.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "application/json",
                "*/*",
                "application/*",
                "text/html, application/json;q=0.1",
                "APPLICATION/JSON",
                "text/html;q=0.9, */*;q=0.1"
            })
    void anAnswerThatTheClientTakesIsGiven(String accept) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Accept", accept)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void severalAcceptHeadersCountAsOne() {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Accept", "text/html")
                                .header("Accept", "application/json")
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json;charset=iso-8859-1",
                "application/json; charset=\"utf-16\"",
                "application/jsonp",
                "multipart/form-data; boundary=x"
            })
    void aBodyOfAnotherTypeIsAnUnsupportedMediaType(String contentType) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Content-Type", contentType)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertProblem(
                response,
                415,
                "Unsupported media type",
                "one of these, text in UTF-8: application/json, application/x-ndjson");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\""
            })
    void aBodyThatIsJsonIsTaken(String contentType) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Content-Type", contentType)
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip, gzip", "deflate", "zstd", "gzip;q=1", ""})
    void aBodyInAnotherCodingThanGzipIsAnUnsupportedMediaType(String coding) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", coding)
                                .POST(BodyPublishers.ofString("x")));

        assertProblem(response, 415, "Unsupported media type", "with Content-Encoding: gzip, or");
        assertThat(header(response, "accept-encoding")).isEqualTo("gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
    void aBodyInGzipIsTaken(String coding) {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Content-Encoding", coding)
                                .POST(
                                        BodyPublishers.ofByteArray(
                                                Gzip.of(Boston.example().toString()))));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"predict\":29.8067328503");
    }

    @Test
    void aBodyThatIsNotTheGzipThatItClaimsToBeIsRefused() {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofString("{}")));

        assertProblem(response, 400, "Malformed gzip", "does not begin as gzip does");
    }

    @Test
    void nothingOfTheRequestHeadersIsEchoed() {
        HttpResponse<String> response =
                function.send(
                        function.request("/predict")
                                .header("Authorization", "Bearer secret-7")
                                .header("X-Request-Id", "secret-8")
                                .header("Cookie", "session=secret-9")
                                .POST(BodyPublishers.ofString(Boston.example().toString())));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map().keySet())
                .containsExactlyInAnyOrder("content-type", "content-length", "date");
        assertThat(response.headers().map().toString() + response.body()).doesNotContain("secret");
    }

    private static void assertProblem(
            HttpResponse<String> response, int status, String title, String detail) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(List.copyOf(problem.propertyNames()))
                .isEqualTo(List.of("type", "title", "status", "detail"));
        assertThat(problem.get("type").asString()).startsWith("tag:onnxfunction.dev,2026:problem/");
        assertThat(problem.get("title").asString()).isEqualTo(title);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asString()).contains(detail);
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }
}
