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
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;

/** A missing value reaches the model as NaN or as the empty text, if the feature may be missing. */
@Tag(TestedServer.MODEL)
class MissingValuesTest {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(names = {"DOUBLE", "FLOAT"})
    void missingNumbersReachTheModelAsNan(Element type) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", type, N)
                        .node("Cast", "x", "wide", Attribute.of("to", 11))
                        .node("IsNaN", "wide", "missing")
                        .doubles("default", new long[] {1}, 42)
                        .node("Where", "missing default wide", "y")
                        .output("y", Element.DOUBLE, N);

        assertAnswers(
                graph.write(folder),
                "[{\"x\":null},{},{\"x\":7}]",
                "[42.0,42.0,7.0]",
                "model.missing=allowed");
    }

    @Test
    void missingStringsReachTheModelAsTheEmptyString() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("s", Element.STRING, N)
                        .mlNode(
                                "LabelEncoder",
                                "s",
                                "y",
                                Attribute.strings("keys_strings", "", "a"),
                                Attribute.floats("values_floats", 1, 2),
                                Attribute.of("default_float", 3f))
                        .output("y", Element.FLOAT, N);

        assertAnswers(
                graph.write(folder),
                "[{\"s\":null},{},{\"s\":\"\"},{\"s\":\"a\"},{\"s\":\" \"}]",
                "[1.0,1.0,1.0,2.0,3.0]",
                "model.missing=allowed");
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void onlyTheFeaturesThatTheCardAllowsMayBeMissing() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("a", Element.DOUBLE, N)
                        .input("b", Element.DOUBLE, N)
                        .node("IsNaN", "a", "missing")
                        .doubles("default", new long[] {1}, 42)
                        .node("Where", "missing default a", "known")
                        .node("Add", "known b", "y")
                        .output("y", Element.DOUBLE, N)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"},
                                 "features": [{"name": "a", "type": "double", "missing": "allowed"},
                                              {"name": "b", "type": "double"}]}
                                """);

        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(function.predict("{\"b\":1}").body()).contains("\"predict\":43.0");
            assertThat(function.predict("{\"a\":1,\"b\":null}").body())
                    .contains("\"errors\":[{\"row\":0,\"feature\":\"b\",\"problem\":\"is null,");
        }
    }

    @Test
    void wholeNumbersAndFlagsCannotBeMissing() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("n", Element.INT64, N)
                        .node("Cast", "n", "y", Attribute.of("to", 11))
                        .output("y", Element.DOUBLE, N);

        try (RunningFunction function =
                RunningFunction.serving(graph.write(folder), "model.missing=allowed")) {
            assertThat(function.predict("{}").body())
                    .contains("\"errors\":[{\"row\":0,\"feature\":\"n\",\"problem\":\"missing\"}]");
            assertThat(function.get("/model").body())
                    .isEqualTo("{\"features\":[{\"name\":\"n\",\"type\":\"int64\"}]}");
        }
    }
}
