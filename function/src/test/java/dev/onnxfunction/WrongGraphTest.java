package dev.onnxfunction;

import static dev.onnxfunction.ModelAssertions.assertRefused;

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
import java.util.Locale;

/** Inputs and outputs that are not rows and one number for each stop the start with a message. */
class WrongGraphTest {

    private static final String EXPORT_AGAIN =
            "Export it again with inputs [N], [N, 1] or [N, k], N left open.";

    @TempDir Path folder;

    @Test
    void aClassifier() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.FLOAT, OnnxGraph.N, 2)
                        .mlNode(
                                "LinearClassifier",
                                "x",
                                "label scores",
                                Attribute.longs("classlabels_ints", 0, 1, 2),
                                Attribute.floats("coefficients", 1, 2, 3, 4, 5, 6),
                                Attribute.floats("intercepts", 0, 0, 0))
                        .mlNode(
                                "ZipMap",
                                "scores",
                                "probabilities",
                                Attribute.longs("classlabels_int64s", 0, 1, 2))
                        .output("label", Element.INT64, OnnxGraph.N)
                        .mapSequenceOutput("probabilities");

        assertRefused(
                graph.write(folder),
                "The model %s has no output of one float or double for each row, [N] or [N, 1],"
                        + " only \"label\" int64 [N], \"probabilities\" sequence.",
                "Serve a regression model; a classifier predicts no number.",
                "model.features=a,b");
    }

    @ParameterizedTest
    @CsvSource({"\ud83c\udfe0, y", "x, \ud83c\udfe0", "a\u0000b, y", "x, a\u0000b"})
    void anInputOrOutputWithEmojiOrU0000(String input, String output) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input(input, Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Identity", input, output)
                        .output(output, Element.DOUBLE, OnnxGraph.N, 1);

        assertRefused(
                graph.write(folder),
                "The model %s has an input or output whose name has U+0000 or characters beyond"
                        + " U+FFFF, such as emoji, which ONNX Runtime for Java alters.",
                "Export it again with another name.");
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT8", "UINT32"})
    void anElementTypeThatRowsCannotFill(Element type) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", type, OnnxGraph.N, 2)
                        .node("Cast", "x", "y", Attribute.of("to", 1))
                        .output("y", Element.FLOAT, OnnxGraph.N, 2);

        assertRefused(
                graph.write(folder),
                "The model %s has the input \"x\" "
                        + type.name().toLowerCase(Locale.ROOT)
                        + " [N, 2], of a type that rows cannot fill.",
                "Export it again with inputs of float, double, float16, int64, int32, bool or"
                        + " string.");
    }

    @ParameterizedTest
    @CsvSource({
        "32, 2, 1, '[32, 2]'",
        "-1, 2, 3, '[N, 2, 3]'",
    })
    void anInputThatIsNoRows(long first, long second, long third, String shape) {
        long[] dimensions =
                third == 1 ? new long[] {first, second} : new long[] {first, second, third};
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, dimensions)
                        .node("Identity", "x", "y")
                        .output("y", Element.DOUBLE, dimensions);

        assertRefused(
                graph.write(folder),
                "The model %s has the input \"x\" double "
                        + shape
                        + ", which is not [N], [N, 1] or [N, k] with N open or 1.",
                EXPORT_AGAIN);
    }

    /** With a fixed seed, the generator counts the calls: good at first, and bad from then on. */
    @Test
    void randomNumbers() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("RandomUniformLike", "x", "noise", Attribute.of("seed", 1f))
                        .node("Add", "x noise", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);

        assertRefused(
                graph.write(folder),
                "The model %s uses random numbers (RandomUniformLike), so the same row may get"
                        + " another prediction each time.",
                "Export it again without these operators.");
    }

    @Test
    void noOutputAtAll() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Identity", "x", "y");

        String refused = RunningFunction.refusing(graph.write(folder));

        assertThat(refused).contains("has no output").contains("only none at all. Export it again");
    }

    @Test
    void anOutputThatDoesNotHoldOneNumberForEachRow() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N)
                        .doubles("zero", new long[] {1}, 0)
                        .node("Greater", "x zero", "positive")
                        .node("Compress", "x positive", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .startsWith("The model loads, but its first prediction fails: 1 fault:")
                .contains("row 0: the model fails: ");
    }

    @Test
    void anOutputOfOneNumberForAllRows() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("ReduceSum", "x", "y", Attribute.of("keepdims", 0))
                        .output("y", Element.DOUBLE);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .isEqualTo(
                        "The model predicts one row, but fails for two at a time: its output for 2"
                                + " rows has the length 1, must have the length 2. Export it again"
                                + " with N left open in every step, or with N fixed to 1.");
    }

    @Test
    void rowsThatAreOpenInNameOnly() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .longs("one", new long[] {1}, 1)
                        .node("Reshape", "x one", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .startsWith("The model predicts one row, but fails for two at a time: ");
    }
}
