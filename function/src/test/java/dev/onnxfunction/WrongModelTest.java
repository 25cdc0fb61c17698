package dev.onnxfunction;

import static dev.onnxfunction.ModelAssertions.assertRefused;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file that ONNX Runtime cannot load or run stops the start with a message: what was found, and
 * what to do.
 */
class WrongModelTest {

    @TempDir Path folder;

    @Test
    void aFileThatIsNotThere() {
        assertRefused(
                folder.resolve("none.onnx"),
                "The model %s does not exist.",
                "Set model.location (MODEL_LOCATION) to the path of an .onnx file.");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "makes links only for administrators")
    void aLinkToItself() throws IOException {
        Path loop = folder.resolve("model.onnx");
        assertRefused(
                Files.createSymbolicLink(loop, loop),
                "The model %s is a symbolic link that leads back to itself, or into a folder that"
                        + " this user may not search.",
                "Set model.location (MODEL_LOCATION) to the path of a readable .onnx file.");
    }

    @Test
    void aUrl() {
        assertRefused(
                folder.resolve("gs://bucket/model.onnx"),
                "The model %s is a URL, and nothing is downloaded.",
                "Set model.location (MODEL_LOCATION) to the path of an .onnx file.");
    }

    @Test
    void aDirectory() {
        assertRefused(
                folder,
                "The model %s is a directory.",
                "Set model.location (MODEL_LOCATION) to the path of an .onnx file in it.");
    }

    @Test
    void aDevice() {
        assertRefused(
                Path.of("/dev/null"),
                "The model %s is not a regular file.",
                "Set model.location (MODEL_LOCATION) to the path of an .onnx file.");
    }

    @Test
    void aFileThatIsCutOff() throws IOException {
        byte[] whole = Files.readAllBytes(Boston.FOLDER.resolve("model.onnx"));
        Path cut = folder.resolve("cut.onnx");
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));

        assertRefused(
                cut,
                "The model %s is not an ONNX file, or is cut off.",
                "Copy it again, or export it again.");
    }

    @Test
    void aTextFile() throws IOException {
        Path text = Files.writeString(folder.resolve("model.onnx"), "y = 3 x + 4\n");

        assertRefused(
                text,
                "The model %s is not an ONNX file, or is cut off.",
                "Copy it again, or export it again.");
    }

    @Test
    void anEmptyFile() throws IOException {
        Path empty = Files.createFile(folder.resolve("model.onnx"));

        assertRefused(
                empty,
                "The model %s is not an ONNX file, or is cut off.",
                "Copy it again, or export it again.");
    }

    @Test
    void anOperatorThatTheRuntimeLacks() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("MagicNumber", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);

        assertRefused(
                graph.write(folder),
                "The model %s uses an operator that ONNX Runtime does not have: MagicNumber.",
                "Export it again without this operator, or with another opset.");
    }

    @Test
    void anOperatorOfAnUnknownDomain() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("com.example", "Magic", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);

        assertRefused(
                graph.write(folder),
                "The model %s uses an operator that ONNX Runtime does not have: com.example.Magic.",
                "Export it again without this operator, or with another opset.");
    }

    @Test
    void anOperatorOfADomainThatTheModelImports() {
        OnnxGraph graph =
                new OnnxGraph()
                        .imports("com.example", 1)
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("com.example", "Magic", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);

        assertRefused(
                graph.write(folder),
                "The model %s uses an operator that ONNX Runtime does not have: com.example.Magic.",
                "Export it again without this operator, or with another opset.");
    }

    @Test
    void anOperatorThatTheRuntimeLacksForTheType() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Erf", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .contains("does not have: Erf(13) for the types it is given. Export it again");
    }

    @Test
    void aFormatThatIsTooNew() {
        assertThat(RunningFunction.refusing(OnnxGraph.linear(1, 2).irVersion(99).write(folder)))
                .contains("is newer than ONNX Runtime: Unsupported model IR version: 99");
        assertThat(RunningFunction.refusing(OnnxGraph.linear(1, 2).opset(999).write(folder)))
                .contains("is newer than ONNX Runtime: Opset 999")
                .doesNotContain("..");
    }

    @Test
    void weightsThatAreNotThere() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .externalDoubles("w", new long[] {1, 1}, "weights.bin")
                        .node("MatMul", "x w", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);

        assertThat(RunningFunction.refusing(graph.write(folder))).contains("weights.bin");
    }

    @Test
    void weightsThatAreCutOff() throws IOException {
        Files.write(folder.resolve("weights.bin"), new byte[4]);
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .externalDoubles("w", new long[] {1, 1}, "weights.bin")
                        .node("MatMul", "x w", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .contains(
                        " does not load: External initializer: w offset: 0 size to read: 8 given");
    }

    @Test
    void aModelThatFailsOnItsFirstRow() {
        String refused = RunningFunction.refusing(lookup().write(folder));

        assertThat(refused)
                .startsWith("The model loads, but its first prediction fails: 1 fault:")
                .contains("indices element out of data bounds, idx=5")
                .endsWith(
                        " Add a row that the model takes to its card as \"example\", as the"
                                + " command `card` of training-notebook-export does.");
    }

    /** Fails for a row of 0. */
    static OnnxGraph lookup() {
        return new OnnxGraph()
                .input("x", Element.DOUBLE, OnnxGraph.N)
                .longs("low", new long[] {1}, 5)
                .doubles("table", new long[] {3}, 10, 20, 30)
                .node("Cast", "x", "index", Attribute.of("to", 7))
                .node("Add", "index low", "shifted")
                .node("Gather", "table shifted", "y")
                .output("y", Element.DOUBLE, OnnxGraph.N);
    }
}
