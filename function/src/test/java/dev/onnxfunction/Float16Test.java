package dev.onnxfunction;

import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Scrape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** Inputs are rounded to float16, and outputs of float16 are read exactly. */
class Float16Test {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.0999755859375",
        "-3, -3.0",
        "2049, 2048.0",
        "2050.999, 2050.0",
        // Greater than the midpoint between 1 and the next float16, by less than a float can show.
        "1.00048828125001, 1.0009765625",
        "65504, 65504.0",
        "1e-8, 0.0",
        "6e-8, 5.960464477539063E-8",
    })
    void aNumberBecomesTheNearestOne(String number, String prediction) {
        OnnxGraph graph =
                new OnnxGraph().input("x", Element.FLOAT16, N, 1).node("Identity", "x", "y");

        try (RunningFunction function =
                RunningFunction.serving(
                        graph.output("y", Element.FLOAT16, N, 1).write(folder), "model.name=m")) {
            String answer = "{\"status\":\"ok\",\"predict\":" + prediction + "}";
            String row = "{\"x\":" + number + "}";
            assertThat(function.predict(row).body()).isEqualTo(answer);
            assertThat(function.predict("[{\"x\":7}," + row + "]").body()).endsWith(answer + "]");
            assertThat(function.post("/v2/models/m/infer", infer(number)).body())
                    .contains("\"data\":[" + prediction + "]");
        }
    }

    private static String infer(String number) {
        return "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP16\",\"data\":[%s]}]}"
                .formatted(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65520", "-1e5", "1e999"})
    void aNumberBeyondItsRangeIsRefused(String number) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.FLOAT16, N, 1)
                        .node("Cast", "x", "y", Attribute.of("to", 11))
                        .output("y", Element.DOUBLE, N, 1);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("{\"x\":" + number + "}").body())
                    .contains("\"problem\":\"is beyond the range of float16\"");
        }
    }

    @Test
    void anOutputOfUnknownShapeAndSeveralFeatures() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.FLOAT16, N, 2)
                        .longs("axis", new long[] {1}, 1)
                        .node("ReduceSum", "x axis", "y")
                        .output("y", Element.FLOAT16, N, N)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
                                  {"name": "a", "type": "float16"}, {"name": "b", "type": "float16"}]}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("[{\"a\":1.5,\"b\":2},{\"a\":-1,\"b\":0.25}]").body())
                    .contains("\"predict\":3.5,", "\"predict\":-0.75,");
            assertThat(function.get("/openapi.json").body()).contains("\"format\":\"float16\"");
        }
    }

    /** As the values are, so are the ends of the range and the edges of the histogram. */
    @Test
    void aLinearModelIsExplainedAndAValueOnAnEdgeCountsAboveIt() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.FLOAT16, N, 1)
                        .doubles("three", new long[] {1}, 3)
                        .node("Cast", "x", "number", Attribute.of("to", 11))
                        .node("Mul", "number three", "y")
                        .output("y", Element.DOUBLE, N, 1)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
                                  {"name": "x", "type": "float16", "min": -0.1, "max": 0.3,
                                   "mean": 0.1,
                                   "histogram": {"edges": [-0.1, 0.1, 0.3], "counts": [1, 1]}}]}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.post("/explain", "{\"x\":0.2}").body())
                    .contains("\"method\":\"linear\"");
            assertThat(function.predict("{\"x\":0.1}").statusCode()).isEqualTo(200);
            Scrape scrape = new Scrape(function.get("/actuator/prometheus").body());
            String values = "onnx_function_feature_values_total";
            assertThat(scrape.value(values, "feature=\"x\"", "bin=\"1\"")).isEqualTo(1);
        }
    }
}
