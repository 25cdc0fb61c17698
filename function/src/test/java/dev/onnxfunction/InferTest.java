package dev.onnxfunction;

import static dev.onnxfunction.InferRequests.assertRefused;
import static dev.onnxfunction.InferRequests.binary;
import static dev.onnxfunction.InferRequests.buffer;
import static dev.onnxfunction.InferRequests.infer;
import static dev.onnxfunction.InferRequests.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** The Open Inference Protocol V2, with requests as Triton's clients send them. */
class InferTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String MODEL = "/v2/models/boston-house-prices";

    private static final String INFER = MODEL + "/infer";

    private static RunningFunction boston;

    @BeforeAll
    static void start() {
        boston = RunningFunction.shared("limits.max-rows=506", "limits.max-cells=1000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v2/health/live  | {\"live\":true}",
                "/v2/health/ready | {\"ready\":true}",
                MODEL + "/ready   | {\"name\":\"boston-house-prices\",\"ready\":true}",
                MODEL
                        + "/versions/3-59f7ce87/ready |"
                        + " {\"name\":\"boston-house-prices\",\"ready\":true}"
            })
    void probesAnswer(String path, String body) {
        assertThat(boston.get(path).statusCode()).isEqualTo(200);
        assertThat(boston.get(path).body()).isEqualTo(body);
    }

    @Test
    void theMetadataListsTheTensors() {
        JsonNode model = JSON.readTree(boston.get(MODEL).body());

        assertThat(JSON.readTree(boston.get("/v2").body()).get("extensions").toString())
                .isEqualTo("[\"binary_tensor_data\"]");
        assertThat(model)
                .isEqualTo(JSON.readTree(boston.get(MODEL + "/versions/3-59f7ce87").body()));
        assertThat(model.get("versions").toString()).isEqualTo("[\"3-59f7ce87\"]");
        assertThat(model.get("inputs")).hasSize(13);
        assertThat(model.get("inputs").get(0).toString())
                .isEqualTo("{\"name\":\"CRIM\",\"datatype\":\"FP64\",\"shape\":[-1]}");
        assertThat(model.get("outputs").valueStream().map(one -> one.get("name").asString()))
                .containsExactly("predict", "lower", "upper");
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                arguments("a flat matrix", matrix(false).toString()),
                arguments("a nested matrix", matrix(true).toString()),
                arguments("features [N] in the model's order", features(false, false).toString()),
                arguments("features [N, 1] in another order", features(true, true).toString()),
                arguments("members in another order", dataFirst().toString()));
    }

    /** The predictions equal those of {@code /predict} bit by bit. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void forms(String name, String request) {
        JsonNode response = infer(boston, INFER, request);

        JsonNode expected = JSON.readTree(boston.predict(rows().toString()).body());
        assertThat(response.get("model_name").asString()).isEqualTo("boston-house-prices");
        assertThat(response.get("model_version").asString()).isEqualTo("3-59f7ce87");
        assertThat(response.get("id").asString()).isEqualTo("42");
        assertThat(response.get("outputs")).hasSize(3);
        for (int row = 0; row < 3; row++) {
            JsonNode prediction = expected.get(row);
            assertThat(output(response, 0).get(row)).isEqualTo(prediction.get("predict"));
            assertThat(output(response, 1).get(row)).isEqualTo(prediction.at("/interval/0"));
            assertThat(output(response, 2).get(row)).isEqualTo(prediction.at("/interval/1"));
        }
        assertThat(response.at("/outputs/0/shape").toString()).isEqualTo("[3]");
    }

    @Test
    void binaryTensorsAreTakenAndGiven() throws Exception {
        ObjectNode request = matrix(false);
        ObjectNode input = (ObjectNode) request.get("inputs").get(0);
        JsonNode data = input.remove("data");
        ByteBuffer tensor = buffer(data.size() * Double.BYTES);
        data.forEach(value -> tensor.putDouble(value.asDouble()));
        input.putObject("parameters").put("binary_data_size", tensor.capacity());
        request.putObject("parameters").put("binary_data_output", true);
        request.putArray("outputs")
                .add(JSON.readTree("{\"name\":\"upper\"}"))
                .add(JSON.readTree("{\"name\":\"lower\",\"parameters\":{\"binary_data\":false}}"))
                .add(JSON.readTree("{\"name\":\"predict\",\"parameters\":{\"binary_data\":true}}"));

        HttpResponse<byte[]> response =
                boston.sendForBytes(binary(boston, INFER, request.toString(), tensor));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type"))
                .contains("application/octet-stream");
        int length =
                Integer.parseInt(
                        response.headers()
                                .firstValue("Inference-Header-Content-Length")
                                .orElseThrow());
        JsonNode json =
                JSON.readTree(new String(response.body(), 0, length, StandardCharsets.UTF_8));
        assertThat(json.at("/outputs/0").toString())
                .isEqualTo(
                        "{\"name\":\"upper\",\"shape\":[3],\"datatype\":\"FP64\","
                                + "\"parameters\":{\"binary_data_size\":24}}");
        ByteBuffer binary =
                ByteBuffer.wrap(response.body(), length, response.body().length - length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        JsonNode expected = JSON.readTree(boston.predict(rows().toString()).body());
        for (int row = 0; row < 3; row++) {
            assertThat(binary.getDouble())
                    .isEqualTo(expected.get(row).at("/interval/1").asDouble());
            assertThat(json.at("/outputs/1/data").get(row))
                    .isEqualTo(expected.get(row).at("/interval/0"));
        }
        for (int row = 0; row < 3; row++) {
            assertThat(binary.getDouble()).isEqualTo(expected.get(row).get("predict").asDouble());
        }
        assertThat(binary.hasRemaining()).isFalse();
    }

    /**
     * Clients of other servers use the names of the graph's inputs. The graph: y = a + 10 b + 100
     * d.
     */
    @Test
    void inputsOfTheGraphAreTakenByTheirNames(@TempDir Path folder) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("num", Element.FLOAT, OnnxGraph.N, 2)
                        .input("cat", Element.INT64, OnnxGraph.N, 1)
                        .doubles("weights", new long[] {2, 1}, 1, 10)
                        .doubles("weight", new long[] {1, 1}, 100)
                        .node("Cast", "num", "num_", OnnxGraph.Attribute.of("to", 11))
                        .node("Cast", "cat", "cat_", OnnxGraph.Attribute.of("to", 11))
                        .node("MatMul", "num_ weights", "n")
                        .node("MatMul", "cat_ weight", "c")
                        .node("Add", "n c", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);
        try (RunningFunction blocks =
                RunningFunction.serving(
                        graph.write(folder), "model.features=num=b,a;cat=d", "model.name=blocks")) {
            String path = "/v2/models/blocks/infer";
            String num =
                    "{\"name\":\"num\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[1,2,3,4]}";
            String cat = "{\"name\":\"%s\",\"shape\":[2,1],\"datatype\":\"INT64\",\"data\":[5,6]}";
            for (String name : List.of("cat", "d")) {
                JsonNode response =
                        infer(
                                blocks,
                                path,
                                "{\"inputs\":[" + cat.formatted(name) + "," + num + "]}");
                assertThat(output(response, 0).toString()).isEqualTo("[521.0,643.0]");
            }
            assertRefused(
                    blocks.post(
                            path,
                            "{\"inputs\":["
                                    + num
                                    + ","
                                    + num.replace("2,2", "2").replace("num", "a")
                                    + "]}"),
                    400,
                    "The feature a is in two inputs.");
            assertRefused(
                    blocks.post(
                            path,
                            "{\"inputs\":["
                                    + num.replace("2,2", "2,3")
                                    + ","
                                    + cat.formatted("cat")
                                    + "]}"),
                    400,
                    "The input num has shape [2, 3], must have [N, 2].");
        }
    }

    @Test
    void noRowsGetNoPredictions() {
        JsonNode response =
                infer(
                        boston,
                        INFER,
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[0,13],\"datatype\":\"FP64\",\"data\":[]}]}");

        assertThat(response.at("/outputs/0/shape").toString()).isEqualTo("[0]");
        assertThat(output(response, 0)).isEmpty();
    }

    @Test
    void aProtocolThatIsOffIsNotThere() {
        try (RunningFunction off = RunningFunction.start("http.protocols=none")) {
            HttpResponse<String> response = off.post(INFER, matrix(false).toString());

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.headers().firstValue("content-type"))
                    .contains("application/problem+json");
            assertThat(response.body()).doesNotContain("/v2");
            assertThat(off.get("/openapi.json").body()).doesNotContain("/v2");
            assertThat(off.predict(Boston.example().toString()).statusCode()).isEqualTo(200);
        }
    }

    /** Returns three different rows. */
    private static ArrayNode rows() {
        ArrayNode rows = JSON.createArrayNode();
        for (int row : List.of(5, 3, 200)) {
            rows.add(Boston.parity().get("rows").get(row));
        }
        return rows;
    }

    private static List<String> names() {
        return List.copyOf(rows().get(0).propertyNames());
    }

    private static ObjectNode matrix(boolean nested) {
        ObjectNode request = JSON.createObjectNode().put("id", "42");
        ObjectNode input = request.putArray("inputs").addObject().put("name", "input-0");
        input.putArray("shape").add(3).add(13);
        input.put("datatype", "FP64");
        ArrayNode data = input.putArray("data");
        for (JsonNode row : rows()) {
            ArrayNode into = nested ? data.addArray() : data;
            orderedNames().forEach(name -> into.add(row.get(name)));
        }
        return request;
    }

    private static List<String> orderedNames() {
        return JSON.readTree(boston == null ? "{}" : boston.get(MODEL).body())
                .path("inputs")
                .valueStream()
                .map(input -> input.get("name").asString())
                .toList();
    }

    private static ObjectNode features(boolean reversed, boolean columns) {
        List<String> names = new ArrayList<>(names());
        if (reversed) {
            Collections.reverse(names);
        }
        ObjectNode request = JSON.createObjectNode().put("id", "42");
        ArrayNode inputs = request.putArray("inputs");
        for (String name : names) {
            ObjectNode input = inputs.addObject().put("name", name);
            ArrayNode shape = input.putArray("shape").add(3);
            input.put("datatype", "FP64");
            ArrayNode data = input.putArray("data");
            if (columns) {
                shape.add(1);
            }
            for (JsonNode row : rows()) {
                (columns ? data.addArray() : data).add(row.get(name));
            }
        }
        return request;
    }

    private static ObjectNode dataFirst() {
        ObjectNode request = features(false, false);
        ObjectNode reordered = JSON.createObjectNode();
        ArrayNode inputs = reordered.putArray("inputs");
        for (JsonNode input : request.get("inputs")) {
            ObjectNode other = inputs.addObject();
            for (String member : List.of("data", "datatype", "shape", "name")) {
                other.set(member, input.get(member));
            }
        }
        reordered.put("note", "[]").set("id", request.get("id"));
        return reordered;
    }
}
