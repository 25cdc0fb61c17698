package dev.onnxfunction;

import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;

/** A row gets the same prediction alone and in an array, even from a graph that mixes rows. */
class RowMixingTest {

    @TempDir Path folder;

    /** Returns a graph with y = 10 a + x − the mean of x over the rows of the call. */
    private static OnnxGraph subtractingTheMean(Element type) {
        return new OnnxGraph()
                .input("a", type, N, 1)
                .input("x", type, N, 1)
                .doubles("ten", new long[] {1}, 10)
                .node("Cast", "a", "a_", Attribute.of("to", 11))
                .node("Cast", "x", "x_", Attribute.of("to", 11))
                .node("ReduceMean", "x_", "mean", Attribute.longs("axes", 0))
                .node("Sub", "x_ mean", "centred")
                .node("Mul", "a_ ten", "tens")
                .node("Add", "tens centred", "y")
                .output("y", Element.DOUBLE, N, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"DOUBLE", "FLOAT", "INT64"})
    void aMeanOverRows(Element type) {
        assertSameAloneAndInAnArray(subtractingTheMean(type), "[10.0,20.0,30.0]");
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void aSumOverTheRowsFromEitherEnd(long reverse) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("a", Element.DOUBLE, N, 1)
                        .input("x", Element.DOUBLE, N, 1)
                        .longs("axis", new long[] {}, 0)
                        .node("Add", "a x", "sum")
                        .node("CumSum", "sum axis", "y", Attribute.of("reverse", reverse))
                        .output("y", Element.DOUBLE, N, 1);

        assertSameAloneAndInAnArray(graph, "[5.0,7.0,12.0]");
    }

    @Test
    void aMeanOverRowsInTheBoundsOnly() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 1)
                        .doubles("one", new long[] {1}, 1)
                        .node("ReduceMean", "x", "mean", Attribute.longs("axes", 0))
                        .node("Sub", "mean one", "m")
                        .node("Add", "mean one", "p")
                        .node("Shape", "x", "shape")
                        .node("Expand", "m shape", "low")
                        .node("Expand", "p shape", "high")
                        .node("Identity", "x", "y")
                        .output("y", Element.DOUBLE, N, 1)
                        .output("low", Element.DOUBLE, N, 1)
                        .output("high", Element.DOUBLE, N, 1);

        try (RunningFunction function =
                RunningFunction.serving(graph.write(folder), "model.interval=low,high")) {
            assertThat(function.predict("[{\"x\":4},{\"x\":8}]").body())
                    .contains("\"predict\":4.0,\"interval\":[3.0,5.0]")
                    .contains("\"predict\":8.0,\"interval\":[7.0,9.0]");
        }
    }

    private void assertSameAloneAndInAnArray(OnnxGraph graph, String predictions) {
        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            String rows = "[{\"a\":1,\"x\":4},{\"a\":2,\"x\":5},{\"a\":3,\"x\":9}]";
            String answer = function.predict(rows).body();
            assertThat(answer.replace("{\"status\":\"ok\",\"predict\":", "").replace("}", ""))
                    .isEqualTo(predictions);
        }
    }
}
