package dev.onnxfunction;

import static dev.onnxfunction.ModelAssertions.assertAnswers;
import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Any regression model is served, whichever tool exported it. The graphs have exactly known values.
 */
@Tag(TestedServer.MODEL)
class AnyModelTest {

    @TempDir Path folder;

    @Test
    void oneTensorOfDoublesWithNamesFromTheSettings() {
        assertAnswers(
                OnnxGraph.linear(1, 2, 3).write(folder),
                "[{\"b\":100,\"a\":10},{\"a\":0.5,\"b\":0,\"c\":9}]",
                "[321.0,2.0]",
                "model.features=a, b");
    }

    @Test
    void oneTensorOfFloats() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.FLOAT, N, 2)
                        .floats("w", new long[] {2, 1}, 0.5f, 2)
                        .node("MatMul", "x w", "y")
                        .output("y", Element.FLOAT, N, 1);

        assertAnswers(
                graph.write(folder),
                "{\"a\":0.1,\"b\":3}",
                "6.050000190734863",
                "model.features=a,b");
    }

    @Test
    void oneTensorWithoutColumnsInItsShape() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, N)
                        .doubles("w", new long[] {3, 1}, 1, 10, 100)
                        .node("MatMul", "x w", "y")
                        .output("y", Element.DOUBLE, N, 1);

        assertAnswers(
                graph.write(folder), "{\"c\":1,\"b\":2,\"a\":3}", "123.0", "model.features=a,b,c");
    }

    @Test
    void oneTensorOfOneColumnIsNamedByTheGraph() {
        assertAnswers(OnnxGraph.linear(1, 2).write(folder), "[{\"x\":3},{\"x\":4}]", "[7.0,9.0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"matrix", "vector"})
    @Tag(TestedServer.IMAGE)
    void oneInputForEachFeatureOfEveryType(String form) {
        long[] shape = form.equals("matrix") ? new long[] {N, 1} : new long[] {N};
        OnnxGraph graph =
                new OnnxGraph()
                        .input("text", Element.STRING, shape)
                        .input("flag", Element.BOOL, shape)
                        .input("int", Element.INT32, shape)
                        .input("long", Element.INT64, shape)
                        .input("narrow", Element.FLOAT, shape)
                        .input("wide", Element.DOUBLE, shape)
                        .mlNode(
                                "LabelEncoder",
                                "text",
                                "code",
                                Attribute.strings("keys_strings", "é", "b"),
                                Attribute.longs("values_int64s", 100_000, 200_000),
                                Attribute.of("default_int64", 300_000L))
                        .node("Cast", "code", "text_", Attribute.of("to", 11))
                        .node("Cast", "flag", "flag_", Attribute.of("to", 11))
                        .node("Cast", "int", "int_", Attribute.of("to", 11))
                        .node("Cast", "long", "long_", Attribute.of("to", 11))
                        .node("Cast", "narrow", "narrow_", Attribute.of("to", 11))
                        .node("Sum", "text_ flag_ int_ long_ narrow_ wide", "y")
                        .output("y", Element.DOUBLE, shape);
        String rows =
                """
                [{"text":"é","flag":true,"int":-20,"long":3000,"narrow":0.5,"wide":0.25},
                 {"wide":1e-3,"narrow":0,"long":0,"int":0,"flag":false,"text":"other"}]
                """;

        assertAnswers(graph.write(folder), rows, "[102981.75,300000.001]");
    }

    @Test
    void theOrderOfInputsDoesNotMatter() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("b", Element.DOUBLE, N)
                        .input("a", Element.DOUBLE, N)
                        .node("Sub", "a b", "y")
                        .output("y", Element.DOUBLE, N);

        assertAnswers(graph.write(folder), "{\"a\":5,\"b\":2}", "3.0");
        assertAnswers(graph.write(folder), "{\"b\":2,\"a\":5}", "3.0", "model.features=a,b");
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "1, -1"})
    void aBatchOfOneRowIsRunRowByRow(long rows, long columns) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, rows, columns)
                        .doubles("w", new long[] {2, 1}, 10, 1)
                        .node("MatMul", "x w", "y")
                        .output("y", Element.DOUBLE, rows, 1);

        assertAnswers(
                graph.write(folder),
                "[{\"a\":1,\"b\":2},{\"a\":3,\"b\":4},{\"a\":5,\"b\":6}]",
                "[12.0,34.0,56.0]",
                "model.features=a,b");
        assertAnswers(graph.write(folder), "{\"a\":7,\"b\":8}", "78.0", "model.features=a,b");
    }

    @Test
    void aBatchOfOneRowWithAnInputForEachFeature() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("n", Element.INT64, 1, 1)
                        .input("s", Element.STRING, 1, 1)
                        .mlNode(
                                "LabelEncoder",
                                "s",
                                "code",
                                Attribute.strings("keys_strings", "a", "b"),
                                Attribute.longs("values_int64s", 10, 20))
                        .node("Add", "n code", "sum")
                        .node("Cast", "sum", "y", Attribute.of("to", 1))
                        .output("y", Element.FLOAT, 1, 1);

        assertAnswers(
                graph.write(folder),
                "[{\"n\":1,\"s\":\"a\"},{\"n\":2,\"s\":\"b\"}]",
                "[11.0,22.0]");
    }

    @Test
    void theOnlyOutputOfOneNumberForEachRowIsThePrediction() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 2)
                        .doubles("w", new long[] {2, 1}, 1, 1)
                        .longs("axis", new long[] {1}, 1)
                        .node("Cast", "x", "label", Attribute.of("to", 7))
                        .node("Identity", "x", "both")
                        .node("MatMul", "x w", "sum")
                        .output("label", Element.INT64, N, 2)
                        .output("both", Element.DOUBLE, N, 2)
                        .output("sum", Element.DOUBLE, N, 1);

        assertAnswers(graph.write(folder), "[{\"a\":2,\"b\":3}]", "[5.0]", "model.features=a,b");
    }

    @Test
    void anOutputWhoseColumnsAreLeftOpenIsTaken() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 2)
                        .doubles("w", new long[] {2, 1}, 1, 1)
                        .node("MatMul", "x w", "y")
                        .output("y", Element.DOUBLE, N, N);

        assertAnswers(
                graph.write(folder),
                "[{\"a\":2,\"b\":3},{\"a\":4,\"b\":5}]",
                "[5.0,9.0]",
                "model.features=a,b");
    }

    @Test
    void aModelWithoutAPredictionForZeroIsServed() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N)
                        .node("Log", "x", "y")
                        .output("y", Element.DOUBLE, N);

        assertAnswers(graph.write(folder), "[{\"x\":1},{\"x\":1}]", "[0.0,0.0]");
    }

    @Test
    void aModelThatDoesNotKnowTheCategoryZeroIsServed() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("zone", Element.INT64, N)
                        .longs("first", new long[] {1}, 5)
                        .doubles("table", new long[] {3}, 10, 20, 30)
                        .node("Sub", "zone first", "index")
                        .node("Gather", "table index", "y")
                        .output("y", Element.DOUBLE, N);

        assertAnswers(graph.write(folder), "[{\"zone\":5},{\"zone\":7}]", "[10.0,30.0]");
        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("{\"zone\":0}").statusCode()).isEqualTo(422);
        }
    }

    @Test
    void anOutputThatIsAnInputIsTaken() {
        OnnxGraph graph =
                new OnnxGraph().input("x", Element.DOUBLE, N, 1).output("x", Element.DOUBLE, N, 1);

        assertAnswers(graph.write(folder), "[{\"x\":3},{\"x\":4}]", "[3.0,4.0]");
        assertAnswers(graph.write(folder), "{\"x\":5}", "5.0");
    }

    @Test
    void anOutputThatIsSaidToBeOneRowButIsAsManyAsTheInputIsTaken() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 2)
                        .doubles("w", new long[] {2, 1}, 1, 1)
                        .node("MatMul", "x w", "y")
                        .output("y", Element.DOUBLE, 1, 1);

        assertAnswers(
                graph.write(folder),
                "[{\"a\":2,\"b\":3},{\"a\":4,\"b\":5}]",
                "[5.0,9.0]",
                "model.features=a,b");
    }

    @Test
    void anIntervalOfTheGraphIsGiven() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 1)
                        .doubles("w", new long[] {1, 2}, 1, 1)
                        .doubles("b", new long[] {2}, -2, 3)
                        .node("Identity", "x", "y")
                        .node("Gemm", "x w b", "bounds")
                        .output("y", Element.DOUBLE, N, 1)
                        .output("bounds", Element.DOUBLE, N, 2)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"},
                                 "features": [{"name": "x", "type": "double", "max": 6}],
                                 "interval": {"level": 0.9, "method": "?", "output": "bounds"}}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("[{\"x\":5},{\"x\":7}]").body())
                    .isEqualTo(
                            "[{\"status\":\"ok\",\"predict\":5.0,\"interval\":[3.0,8.0],"
                                    + "\"model\":\"m@1\"},"
                                    + "{\"status\":\"ok\",\"predict\":7.0,\"interval\":[5.0,10.0],"
                                    + "\"outOfRange\":[\"x\"],\"model\":\"m@1\"}]");
        }
    }

    @Test
    void anIntervalOfOffsetsIsGiven() {
        OnnxGraph graph =
                OnnxGraph.linear(0, 1)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"},
                                 "features": [{"name": "size", "type": "double"}],
                                 "interval": {"level": 0.9, "method": "?", "lower": -1, "upper": 0.5}}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("{\"size\":5}").body())
                    .isEqualTo(
                            "{\"status\":\"ok\",\"predict\":5.0,\"interval\":[4.0,5.5],"
                                    + "\"model\":\"m@1\"}");
        }
    }

    @Test
    void theFeaturesAreListedWithoutACard() {
        try (RunningFunction function =
                RunningFunction.serving(
                        OnnxGraph.linear(1, 2, 3).write(folder),
                        "model.features=a,b",
                        "model.missing=allowed")) {
            assertThat(function.get("/model").body())
                    .isEqualTo(
                            "{\"features\":[{\"name\":\"a\",\"type\":\"double\",\"missing\":\"allowed\"},"
                                + "{\"name\":\"b\",\"type\":\"double\",\"missing\":\"allowed\"}]}");
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 7", "8, 15", "10, 21", "12, 24"})
    void everyVersionOfTheFormatThatTheRuntimeKnows(long irVersion, long opset) {
        assertAnswers(
                OnnxGraph.linear(1, 2).irVersion(irVersion).opset(opset).write(folder),
                "{\"x\":3}",
                "7.0");
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void weightsInASecondFileAreFoundInItsFolder() throws IOException {
        ByteBuffer weights = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        weights.putDouble(10).putDouble(1);
        Files.write(folder.resolve("weights.bin"), weights.array());
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 2)
                        .externalDoubles("w", new long[] {2, 1}, "weights.bin")
                        .node("MatMul", "x w", "y")
                        .output("y", Element.DOUBLE, N, 1);

        assertAnswers(graph.write(folder), "{\"a\":4,\"b\":2}", "42.0", "model.features=a,b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"area in m²", "R&D", "a\\\"b", "a.b-c", "特徴"})
    void aFeatureMayHaveAnyName(String name) {
        OnnxGraph graph =
                OnnxGraph.linear(0, 1, 2)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"},
                                 "features": [{"name": "%s", "type": "double", "max": 1},
                                              {"name": "other", "type": "double"}]}
                                """
                                        .formatted(name));

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("{\"other\":1,\"" + name + "\":3}").body())
                    .isEqualTo(
                            "{\"status\":\"ok\",\"predict\":5.0,\"outOfRange\":[\""
                                    + name
                                    + "\"],\"model\":\"m@1\"}");
            assertThat(function.predict("{\"other\":1}").body())
                    .contains("\"feature\":\"" + name + "\",\"problem\":\"missing\"");
        }
    }

    @Test
    void aCardMayHaveEmojiAsEscapes() {
        OnnxGraph graph =
                OnnxGraph.linear(0, 2)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"},
                                 "features": [{"name": "\\ud83c\\udfe0", "type": "double"}]}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("{\"\ud83c\udfe0\":3}").body()).contains("\"predict\":6.0");
        }
    }

    @Test
    void thousandsOfFeaturesAreServed() {
        int width = 3000;
        double[] ones = new double[width];
        Arrays.fill(ones, 1);
        StringBuilder names = new StringBuilder("f0");
        StringBuilder row = new StringBuilder("{\"f0\":0");
        for (int i = 1; i < width; i++) {
            names.append(",f").append(i);
            row.append(",\"f").append(i).append("\":").append(i);
        }

        assertAnswers(
                OnnxGraph.linear(0, ones).write(folder),
                row + "}",
                "4498500.0",
                "model.features=" + names);
    }
}
