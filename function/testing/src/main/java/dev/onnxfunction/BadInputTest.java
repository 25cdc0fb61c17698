package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** An invalid body gets the right status and a problem document that lists every fault. */
@Tag(TestedServer.IMAGE)
class BadInputTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ROW = Boston.example().toString();

    private static RunningFunction boston;
    private static RunningFunction mixed;

    /** Serves a graph with an input of every type, which adds the numbers up. */
    @BeforeAll
    static void start(@TempDir Path folder) {
        boston = RunningFunction.start("limits.max-rows=3", "limits.max-body=4KB");
        OnnxGraph graph =
                new OnnxGraph()
                        .input("wide", Element.DOUBLE, OnnxGraph.N, 1)
                        .input("narrow", Element.FLOAT, OnnxGraph.N, 1)
                        .input("long", Element.INT64, OnnxGraph.N, 1)
                        .input("int", Element.INT32, OnnxGraph.N, 1)
                        .input("flag", Element.BOOL, OnnxGraph.N, 1)
                        .input("text", Element.STRING, OnnxGraph.N, 1)
                        .node("Identity", "wide", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);
        mixed = RunningFunction.serving(graph.write(folder));
    }

    @AfterAll
    static void stop() {
        boston.close();
        mixed.close();
    }

    /** The reader's own test has the other texts that are not JSON. */
    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("", "is empty"),
                arguments(" \n ", "is empty"),
                arguments("{\"RM\":6.5", "ends too early (line 1, column 10)"),
                arguments("{'RM':6.5}", "has ''', must have a name in double quotes (line 1, col"),
                arguments(
                        "{\"a\":\n1,\n\"é\": x}", "has 'x', must have a value (line 3, column 6)"),
                arguments(ROW.replace("6.575", "NaN"), "has 'N', must have a value"),
                arguments(ROW + ROW, "goes on after the end of the value"),
                arguments("[" + ROW + "]]", "goes on after the end of the value"),
                arguments(ROW + "\u0000", "goes on after the end of the value"),
                arguments("\u00A0" + ROW, "has '\u00A0', must have a value"),
                arguments("null", "is null"),
                arguments("true", "is true"),
                arguments("3", "is a number"),
                arguments("\"row\"", "is a string"),
                arguments("[".repeat(200), "is nested deeper than 64 (line 1, column 65)"),
                arguments("\uFEFF" + ROW, "begins with a byte order mark"));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(String body, String detail) {
        HttpResponse<String> response = boston.predict(body);

        JsonNode problem = problem(response, 400, "Malformed JSON");
        assertThat(problem.has("errors")).isFalse();
        assertThat(problem.get("detail").asString())
                .startsWith("The body " + detail)
                .endsWith(
                        ". Send one JSON object, feature name to value, or an array of such"
                                + " objects.");
    }

    @Test
    void nestingThatIsIgnoredMayGoToItsLimit() {
        String nested = "[".repeat(63) + "]".repeat(63);

        assertThat(boston.predict("{\"note\":" + nested + "," + ROW.substring(1)).statusCode())
                .isEqualTo(200);
    }

    static Stream<byte[]> notUtf8() {
        return Stream.of(
                bytes("{\"a\":\"", 0xFF, "\"}"),
                bytes("{\"", 0xC3, "\":1}"),
                bytes("{\"a\":\"", 0xC0, "\"}"),
                "{\"RM\":\"\u00E9\"}".getBytes(StandardCharsets.ISO_8859_1),
                ROW.getBytes(StandardCharsets.UTF_16),
                ROW.getBytes(StandardCharsets.UTF_16LE),
                ROW.getBytes(java.nio.charset.Charset.forName("UTF-32BE")));
    }

    @ParameterizedTest
    @MethodSource
    void notUtf8(byte[] body) {
        HttpResponse<String> response =
                boston.send(boston.request("/predict").POST(BodyPublishers.ofByteArray(body)));

        problem(response, 400, "Malformed JSON");
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                arguments("wide", "\"6.5\"", "is a string, must be a number"),
                arguments("wide", "true", "is true, must be a number"),
                arguments("wide", "[6.5]", "is a list, must be a number"),
                arguments("wide", "{\"value\":6.5}", "is an object, must be a number"),
                arguments("wide", "null", "is null, must be a number"),
                arguments("wide", "1e999", "is beyond the range of double"),
                arguments("wide", "-1e999", "is beyond the range of double"),
                arguments("wide", "1" + "0".repeat(400), "is beyond the range of double"),
                arguments("narrow", "1e39", "is beyond the range of float"),
                arguments("narrow", "-3.5e38", "is beyond the range of float"),
                arguments("narrow", "false", "is false, must be a number"),
                arguments("long", "1.5", "is a number with a fraction, must be a whole number"),
                arguments("long", "1e-3", "is a number with a fraction, must be a whole number"),
                arguments("long", "9223372036854775808", "is beyond the range of int64"),
                arguments("long", "-9223372036854775809", "is beyond the range of int64"),
                arguments("long", "4611686018427387904.5", "is a number with a fraction, must be"),
                arguments("long", "1e19", "is beyond the range of int64"),
                arguments("long", "1e999999999", "is beyond the range of int64"),
                arguments("long", "\"1\"", "is a string, must be a whole number"),
                arguments("int", "2147483648", "is beyond the range of int32"),
                arguments("int", "0.1", "is a number with a fraction, must be a whole number"),
                arguments("int", "null", "is null, must be a whole number"),
                arguments("flag", "1", "is a number, must be true or false"),
                arguments("flag", "1.5", "is a number, must be true or false"),
                arguments("flag", "\"true\"", "is a string, must be true or false"),
                arguments("flag", "null", "is null, must be true or false"),
                arguments("text", "1", "is a number, must be a string"),
                arguments(
                        "text", "\"at \uD83C\uDFE0\"", "has U+1F3E0, which ONNX Runtime for Java"),
                arguments("text", "\"\\u0000\"", "has U+0000, which ONNX Runtime for Java cannot"),
                arguments("text", "true", "is true, must be a string"),
                arguments("text", "[]", "is a list, must be a string"),
                arguments("text", "null", "is null, must be a string"));
    }

    @ParameterizedTest
    @MethodSource
    void wrongValues(String feature, String value, String fault) {
        JsonNode problem =
                problem(mixed.predict(mixedRow(feature, value)), 400, "Invalid features");

        assertThat(problem.get("detail").asString())
                .isEqualTo(
                        "1 fault in the rows, nothing was predicted. GET /model lists what each"
                                + " feature must be.");
        assertThat(problem.get("errors")).hasSize(1);
        assertFault(problem, 0, 0, feature, fault);
    }

    static Stream<Arguments> edgeValues() {
        return Stream.of(
                arguments("wide", "1.7976931348623157e308"),
                arguments("wide", "123456789012345678901234567890"),
                arguments("wide", "-0"),
                arguments("wide", "1e-400"),
                arguments("narrow", "3.4028235e38"),
                arguments("long", "9223372036854775807"),
                arguments("long", "-9223372036854775808"),
                arguments("long", "1e3"),
                arguments("long", "5.0"),
                arguments("long", "9007199254740993.0"),
                arguments("int", "-2147483648"),
                arguments("int", "2147483647.0"),
                arguments("text", "\"\""),
                arguments("text", "\"\\u00e9 \u4e16\\n\""));
    }

    @ParameterizedTest
    @MethodSource
    void edgeValues(String feature, String value) {
        assertThat(mixed.predict(mixedRow(feature, value)).statusCode()).isEqualTo(200);
    }

    @Test
    void allMissingFeaturesAreListed() {
        JsonNode problem = problem(boston.predict("{\"RM\":6.5}"), 400, "Invalid features");

        assertThat(problem.get("detail").asString()).startsWith("12 faults in the rows");
        assertThat(problem.get("errors")).hasSize(12);
        assertFault(problem, 0, 0, "CRIM", "missing");
        assertFault(problem, 11, 0, "LSTAT", "missing");
    }

    static Stream<Arguments> likelyNames() {
        return Stream.of(
                arguments("RM", "rm", "missing, but there is \"rm\""),
                arguments("PTRATIO", "PRTATIO", "missing, but there is \"PRTATIO\""),
                arguments("TAX", "PRICE", "missing"));
    }

    @ParameterizedTest
    @MethodSource
    void likelyNames(String feature, String given, String fault) {
        String row = ROW.replace("\"" + feature + "\"", "\"" + given + "\"");

        JsonNode problem = problem(boston.predict(row), 400, "Invalid features");

        assertThat(problem.get("errors")).hasSize(1);
        assertFault(problem, 0, 0, feature, fault);
    }

    @Test
    void aMemberThatIsNoFeatureIsIgnored() {
        String more = "{\"id\":7,\"note\":{\"by\":[null,\"é\"]},\"MEDV\":24.0," + ROW.substring(1);

        assertThat(boston.predict(more).body()).isEqualTo(boston.predict(ROW).body());
    }

    static Stream<Arguments> duplicates() {
        return Stream.of(
                arguments(ROW.replace("{", "{\"RM\":6.575,"), "RM"),
                arguments(ROW.replace("{", "{\"note\":1,\"note\":2,"), "note"),
                arguments(ROW.replace("{", "{\"note\":{\"a\":1,\"b\":2,\"a\":3},"), "a"),
                arguments(ROW.replace("{", "{\"note\":[{\"a\":{\"c\":1,\"c\":2}}],"), "c"),
                arguments(ROW.replace("{", "{\"R\\u004d\":6.575,"), "RM"));
    }

    @ParameterizedTest
    @MethodSource
    void duplicates(String row, String member) {
        JsonNode problem = problem(boston.predict(row), 400, "Invalid features");

        assertThat(problem.get("errors")).hasSize(1);
        assertFault(problem, 0, 0, member, "is given twice");
    }

    @Test
    void faultsOfAllRowsAreListedWithTheirRows() {
        String rows =
                "[%s,%s,%s]"
                        .formatted(
                                ROW,
                                ROW.replace("6.575", "\"6.575\"").replace("\"B\"", "\"b\""),
                                "17");

        JsonNode problem = problem(boston.predict(rows), 400, "Invalid features");

        assertThat(problem.get("errors")).hasSize(3);
        assertFault(problem, 0, 1, "RM", "is a string, must be a number");
        assertFault(problem, 1, 1, "B", "missing, but there is \"b\"");
        JsonNode last = problem.get("errors").get(2);
        assertThat(last.toString())
                .isEqualTo("{\"row\":2,\"problem\":\"is a number, must be an object\"}");
    }

    @Test
    void atMostAHundredFaultsAreListed() {
        String rows = "[" + "{},".repeat(19) + "{}]";

        JsonNode problem = problem(mixed.predict(rows), 400, "Invalid features");

        assertThat(problem.get("errors")).hasSize(100);
        assertThat(problem.get("detail").asString())
                .startsWith("120 faults, of which the first 100 are listed, in the rows");
    }

    @Test
    void moreRowsThanAllowedAreTooLarge() {
        String three = "[" + ROW + "," + ROW + "," + ROW + "]";

        assertThat(boston.predict(three).statusCode()).isEqualTo(200);
        JsonNode problem =
                problem(boston.predict(three.replace("]", ",{}]")), 413, "Too many rows");
        assertThat(problem.get("detail").asString())
                .isEqualTo("The body has more than 3 rows. Send them in several requests.");
    }

    @Test
    void aBodyOverTheLimitIsTooLarge() {
        String full = ROW + " ".repeat(4096 - ROW.length());

        assertThat(boston.predict(full).statusCode()).isEqualTo(200);
        JsonNode problem = problem(boston.predict(full + " "), 413, "Body too large");
        assertThat(problem.get("detail").asString())
                .isEqualTo("The body has more than 4096 bytes. Send its rows in several requests.");
    }

    @Test
    void aRowForWhichTheModelFailsOrPredictsNoFiniteNumberIsUnprocessable(@TempDir Path folder) {
        OnnxGraph lookup =
                new OnnxGraph()
                        .input("index", Element.INT64, OnnxGraph.N)
                        .doubles("table", new long[] {4}, 10, 20, 30, Double.NaN)
                        .node("Gather", "table index", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N);
        try (RunningFunction function = RunningFunction.serving(lookup.write(folder))) {
            assertThat(function.predict("{\"index\":2}").body())
                    .isEqualTo("{\"status\":\"ok\",\"predict\":30.0}");

            JsonNode problem =
                    problem(
                            function.predict("[{\"index\":1},{\"index\":7},{\"index\":-9}]"),
                            422,
                            "Prediction failed");

            assertThat(problem.get("detail").asString())
                    .startsWith("The model fails for 2 rows, nothing was predicted.");
            assertThat(problem.get("errors").get(0).get("row").asInt()).isEqualTo(1);
            assertThat(problem.get("errors").get(0).get("problem").asString())
                    .startsWith("the model fails: indices element out of data bounds, idx=7");
            assertThat(problem.get("errors").get(1).get("row").asInt()).isEqualTo(2);

            JsonNode notFinite =
                    problem(
                            function.predict("[{\"index\":1},{\"index\":3}]"),
                            422,
                            "Prediction failed");

            assertThat(notFinite.get("errors").toString())
                    .isEqualTo("[{\"row\":1,\"problem\":\"the model predicts NaN\"}]");
        }
    }

    private static String mixedRow(String feature, String value) {
        return "{\"wide\":1,\"narrow\":1,\"long\":1,\"int\":1,\"flag\":true,\"text\":\"\"}"
                .replaceFirst(
                        "\"" + feature + "\":[^,}]+",
                        "\"" + feature + "\":" + value.replace("\\", "\\\\"));
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String title) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type"))
                .hasValue("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asString()).isEqualTo(title);
        assertThat(problem.get("type").asString())
                .isEqualTo(
                        "tag:onnxfunction.dev,2026:problem/"
                                + title.toLowerCase(Locale.ROOT).replace(' ', '-'));
        return problem;
    }

    private static void assertFault(
            JsonNode problem, int index, int row, String feature, String text) {
        JsonNode error = problem.get("errors").get(index);
        assertThat(error.get("row").asInt()).isEqualTo(row);
        assertThat(error.get("feature").asString()).isEqualTo(feature);
        assertThat(error.get("problem").asString()).startsWith(text);
    }

    private static byte[] bytes(String before, int wrong, String after) {
        byte[] start = before.getBytes(StandardCharsets.US_ASCII);
        byte[] end = after.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(start.length + 1 + end.length)
                .put(start)
                .put((byte) wrong)
                .put(end)
                .array();
    }
}
