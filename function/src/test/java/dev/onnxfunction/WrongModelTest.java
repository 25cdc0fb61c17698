package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.start.StartException;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A model that cannot be served stops the start, with what was found and what to do. */
class WrongModelTest {

    private static final String CARD =
            """
            {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
              {"name": "a", "type": "double"}, {"name": "b", "type": "double"}]}
            """;

    @TempDir Path folder;

    @Test
    void aFileThatIsNotThere() {
        assertRefused(
                folder.resolve("none.onnx"),
                "The model %s does not exist.",
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
    void aFileThatIsCutOff() throws IOException {
        byte[] whole = Files.readAllBytes(Boston.FOLDER.resolve("model.onnx"));
        Path cut = folder.resolve("cut.onnx");
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));

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
    void aTensorOfSeveralColumnsWithoutNames() {
        assertRefused(
                OnnxGraph.linear(1, 2, 3),
                "The model %s takes all features in one tensor, \"x\" double [N, 2], and does not"
                        + " tell their names.",
                "Set model.features (MODEL_FEATURES) to the names in column order, separated by"
                        + " commas, or add a model card to the file.");
    }

    static Stream<Arguments> wrongNames() {
        String once = "Name every column once, in the model's order.";
        return Stream.of(
                arguments(
                        "a",
                        "takes 2 columns in \"x\" double [N, 2], but 1 features are named: [a].",
                        once),
                arguments(
                        "a,b,c",
                        "takes 2 columns in \"x\" double [N, 2], but 3 features are named:"
                                + " [a, b, c].",
                        once),
                arguments(
                        "a,a",
                        "is to be served with the features [a, a], in which a name stands twice.",
                        "Give every name once in model.features (MODEL_FEATURES)."),
                arguments(
                        "a,",
                        "has a feature that has a name of 0 characters, must have 1 to 200.",
                        "Give every feature a name in model.features (MODEL_FEATURES)."));
    }

    @ParameterizedTest
    @MethodSource
    void wrongNames(String names, String problem, String remedy) {
        assertRefused(
                OnnxGraph.linear(1, 2, 3).write(folder),
                "The model %s " + problem,
                remedy,
                "model.features=" + names);
    }

    static Stream<Arguments> cardsThatDoNotFit() {
        String columns = "Name every column once, in the model's order.";
        String type = "Correct the type in the card.";
        return Stream.of(
                arguments(
                        CARD.replace("]}", ", {\"name\": \"c\", \"type\": \"double\"}]}"),
                        "takes 2 columns in \"x\" double [N, 2], but 3 features are named:"
                                + " [a, b, c].",
                        columns),
                arguments(
                        CARD.replaceFirst("double", "float"),
                        "has a card that calls \"a\" float, but in the graph it is double.",
                        type),
                arguments(
                        CARD.replaceFirst("double", "string"),
                        "has a card that calls \"a\" string, but in the graph it is double.",
                        type),
                arguments(
                        CARD.replace(
                                "]}",
                                "], \"interval\": {\"level\": 0.9, \"method\": \"?\","
                                        + " \"output\": \"bounds\"}}"),
                        "has a card whose interval is the output \"bounds\", but among its outputs"
                                + " is no such one [N, 2] of float or double: \"y\" double [N, 1].",
                        "Correct \"interval\" in the card."));
    }

    @ParameterizedTest
    @MethodSource
    void cardsThatDoNotFit(String card, String problem, String remedy) {
        assertRefused(OnnxGraph.linear(1, 2, 3).card(card), "The model %s " + problem, remedy);
    }

    @Test
    void aCardThatIsWrongInItself() {
        assertRefused(
                OnnxGraph.linear(1, 2, 3).card(CARD.replace("\"version\": \"1\",", "")),
                "The model card in %s is wrong: \"version\" is missing.",
                "Write the card again with the command `card` of training-notebook-export.");
    }

    @Test
    void namesBesideACard() {
        assertRefused(
                OnnxGraph.linear(1, 2, 3).card(CARD).write(folder),
                "The model %s has a card with the features [a, b], but model.features"
                        + " (MODEL_FEATURES) names [b, a].",
                "Leave model.features unset for a file with a card.",
                "model.features=b,a");
    }

    @Test
    void missingValuesBesideACard() {
        assertRefused(
                OnnxGraph.linear(1, 2, 3).card(CARD).write(folder),
                "The model %s has a card, which alone tells what may be missing, but model.missing"
                        + " (MODEL_MISSING) is set.",
                "Leave model.missing unset, or write \"missing\": \"allowed\" into the card.",
                "model.missing=allowed");
    }

    @Test
    void aModelThatFailsOnItsFirstRow() {
        OnnxGraph lookup =
                new OnnxGraph()
                        .input("index", Element.INT64, OnnxGraph.N)
                        .longs("low", new long[] {1}, 5)
                        .doubles("table", new long[] {3}, 10, 20, 30)
                        .node("Add", "index low", "shifted")
                        .node("Gather", "table shifted", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N);

        StartException refused = refusal(lookup.write(folder));

        assertThat(refused)
                .hasMessageStartingWith("The model loads, but its first prediction fails: 1 fault:")
                .hasMessageContaining("indices element out of data bounds, idx=5");
        assertThat(refused.remedy())
                .isEqualTo("Put a row that the model takes into its card as \"example\".");
    }

    private void assertRefused(OnnxGraph graph, String problem, String remedy) {
        assertRefused(graph.write(folder), problem, remedy);
    }

    private static void assertRefused(
            Path model, String problem, String remedy, String... settings) {
        StartException refused = refusal(model, settings);

        assertThat(refused).hasMessage(problem, model);
        assertThat(refused.remedy()).isEqualTo(remedy);
    }

    private static StartException refusal(Path model, String... settings) {
        RuntimeException failure =
                catchThrowableOfType(
                        RuntimeException.class,
                        () -> RunningFunction.serving(model, settings).close());
        return startException(failure);
    }

    private static StartException startException(@Nullable Throwable failure) {
        if (failure == null) {
            throw new AssertionError("There is no StartException.");
        }
        return failure instanceof StartException start ? start : startException(failure.getCause());
    }
}
