package dev.onnxfunction;

import static dev.onnxfunction.InferRequests.binary;
import static dev.onnxfunction.InferRequests.buffer;
import static dev.onnxfunction.InferRequests.infer;
import static dev.onnxfunction.InferRequests.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The datatypes of the Open Inference Protocol V2, as JSON and as binary tensors. */
class InferTypesTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MIXED = "/v2/models/every.type/infer";

    private static RunningFunction mixed;

    /** Serves a graph with an input of nearly every type, which returns the input {@code long}. */
    @BeforeAll
    static void start(@TempDir Path folder) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("wide", Element.DOUBLE, OnnxGraph.N, 1)
                        .input("narrow", Element.FLOAT, OnnxGraph.N, 1)
                        .input("long", Element.INT64, OnnxGraph.N, 1)
                        .input("flag", Element.BOOL, OnnxGraph.N, 1)
                        .input("text", Element.STRING, OnnxGraph.N, 1)
                        .node("Cast", "long", "y", OnnxGraph.Attribute.of("to", 11))
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);
        mixed = RunningFunction.serving(graph.write(folder), "model.name=every.type");
    }

    @AfterAll
    static void stop() {
        mixed.close();
    }

    @Test
    void theMetadataListsThem() {
        JsonNode bare = JSON.readTree(mixed.get("/v2/models/every.type").body());
        assertThat(bare.get("versions")).isEmpty();
        assertThat(bare.get("inputs").valueStream().map(one -> one.get("datatype").asString()))
                .containsExactly("FP64", "FP32", "INT64", "BOOL", "BYTES");
        assertThat(bare.get("outputs")).hasSize(1);
    }

    /** The model returns the value of {@code long}, whatever datatype the request had. */
    @ParameterizedTest
    @CsvSource({
        "INT8, 1, -7", "INT16, 2, -700", "INT32, 4, -70000", "INT64, 8, 9007199254740991",
        "UINT8, 1, 200", "UINT16, 2, 60000", "UINT32, 4, 4000000000", "UINT64, 8, 4000000000",
        "FP32, 4, 16777216", "FP64, 8, 9007199254740991", "FP16, 2, 2048"
    })
    void everyDatatypeIsReadAsItIs(String datatype, int bytes, long value) throws Exception {
        ByteBuffer tensor = buffer(8);
        switch (datatype) {
            case "FP32" -> tensor.putFloat(0, (float) value);
            case "FP64" -> tensor.putDouble(0, (double) value);
            case "FP16" -> tensor.putShort(0, Float.floatToFloat16((float) value));
            default -> tensor.putLong(0, value);
        }
        ByteBuffer bool = buffer(1).put(0, (byte) 1);
        ByteBuffer text = buffer(6).putInt(2).put("pl".getBytes(StandardCharsets.UTF_8)).flip();
        String request =
                """
                {"inputs":[%s,
                 {"name":"flag","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":1}},
                 {"name":"text","shape":[1,1],"datatype":"BYTES","parameters":{"binary_data_size":6}},
                 {"name":"wide","shape":[1],"datatype":"FP64","data":[0.5]},
                 {"name":"narrow","shape":[1],"datatype":"FP32","data":[[0.5]]}]}
                """
                        .replace(",\"data\":[[0.5]]", ",\"data\":[0.5]");

        HttpResponse<byte[]> binary =
                mixed.sendForBytes(
                        binary(
                                mixed,
                                MIXED,
                                request.formatted(
                                        "{\"name\":\"long\",\"shape\":[1],\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%d}}"
                                                .formatted(datatype, bytes)),
                                tensor.slice(0, bytes),
                                bool,
                                text));
        JsonNode json =
                infer(
                        mixed,
                        MIXED,
                        """
                        {"inputs":[{"name":"long","shape":[1],"datatype":"%s","data":[%d]},
                         {"name":"flag","shape":[1],"datatype":"BOOL","data":[true]},
                         {"name":"text","shape":[1],"datatype":"BYTES","data":["pl"]},
                         {"name":"wide","shape":[1],"datatype":"FP64","data":[0.5]},
                         {"name":"narrow","shape":[1],"datatype":"FP32","data":[0.5]}]}
                        """
                                .formatted(datatype, value));

        assertThat(binary.statusCode())
                .as(new String(binary.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        assertThat(output(JSON.readTree(binary.body()), 0).get(0).asDouble())
                .isEqualTo((double) value);
        assertThat(output(json, 0).get(0).asDouble()).isEqualTo((double) value);
        assertThat(json.has("model_version")).isFalse();
        assertThat(json.has("id")).isFalse();
    }

    static Stream<Arguments> tornTensors() {
        return Stream.of(
                arguments(
                        "wide",
                        "FP64",
                        1,
                        buffer(8).putDouble(0, Double.NaN),
                        "is NaN, must be a number"),
                arguments("wide", "FP64", 1, buffer(7), "of 7, must have 8 for FP64 [1]."),
                arguments(
                        "flag",
                        "BOOL",
                        1,
                        buffer(1).put(0, (byte) 2),
                        "is the byte 2, must be 0 or 1"),
                arguments(
                        "long",
                        "UINT64",
                        1,
                        buffer(8).putLong(0, -1),
                        "is beyond the range of INT64"),
                arguments("text", "BYTES", 1, buffer(3), "has bytes that are not its [1] texts."),
                arguments(
                        "text",
                        "BYTES",
                        1,
                        buffer(4).putInt(0, 1),
                        "has bytes that are not its [1]"),
                arguments(
                        "text",
                        "BYTES",
                        1,
                        buffer(4).putInt(0, -1),
                        "has bytes that are not its [1]"),
                arguments("text", "BYTES", 1, buffer(8), "has bytes that are not its [1] texts."),
                arguments(
                        "text",
                        "BYTES",
                        1,
                        buffer(5).putInt(0, 1).put(4, (byte) 0xFF),
                        "row 0, text: is not UTF-8"));
    }

    @ParameterizedTest
    @MethodSource
    void tornTensors(String name, String datatype, int rows, ByteBuffer data, String problem)
            throws Exception {
        String request =
                "{\"inputs\":[{\"name\":\"%s\",\"shape\":[%d],\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%d}}]}"
                        .formatted(name, rows, datatype, data.capacity());

        HttpResponse<byte[]> response =
                mixed.sendForBytes(binary(mixed, MIXED, request, data.rewind()));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).get("error").asString()).contains(problem);
    }
}
