package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** A model that cannot be served stops the start with a message: what was found, and what to do. */
@Tag(TestedServer.MODEL)
class WrongModelTest {

    private static final String CARD =
            """
            {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
              {"name": "a", "type": "double"}, {"name": "b", "type": "double"}]}
            """;

    private static final String EXPORT_AGAIN =
            "Export it again with inputs [N], [N, 1] or [N, k], N left open.";

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
                        + " contain their names.",
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
                        "is configured with the features [a, a], which have the same name twice.",
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
                        "has a card whose interval is the output \"bounds\", but it has no such"
                                + " output [N, 2] of float or double: \"y\" double [N, 1].",
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
    void aCardWithEmoji() {
        assertRefused(
                OnnxGraph.linear(1, 2, 3).card(CARD.replace("\"y\"", "\"\ud83c\udfe0\"")),
                "The model card in %s is wrong: it has characters beyond U+FFFF, such as emoji,"
                        + " which ONNX Runtime for Java passes on as escapes only, such as"
                        + " \\ud83c\\udfe0.",
                "Write the card again with the command `card` of training-notebook-export.");
    }

    @ParameterizedTest
    @CsvSource({"\ud83c\udfe0, y", "x, \ud83c\udfe0"})
    void anInputOrOutputWithEmoji(String input, String output) {
        OnnxGraph graph =
                new OnnxGraph()
                        .input(input, Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Identity", input, output)
                        .output(output, Element.DOUBLE, OnnxGraph.N, 1);

        assertRefused(
                graph,
                "The model %s has an input or output whose name has characters beyond U+FFFF, such"
                        + " as emoji, which ONNX Runtime for Java alters.",
                "Export it again with another name.");
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
                "The model %s has a card, which alone decides what may be missing, but"
                        + " model.missing (MODEL_MISSING) is set.",
                "Leave model.missing unset, or write \"missing\": \"allowed\" into the card.",
                "model.missing=allowed");
    }

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

    @Test
    void namesThatAreNoInputs() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("a", Element.DOUBLE, OnnxGraph.N)
                        .input("b", Element.DOUBLE, OnnxGraph.N)
                        .node("Add", "a b", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N);

        assertRefused(
                graph.write(folder),
                "The model %s has no input \"c\", only \"a\" double [N], \"b\" double [N].",
                "Name the features as the inputs are named.",
                "model.features=a,c");
        assertRefused(
                graph.write(folder),
                "The model %s has the input \"b\" double [N], for which no feature is named.",
                "Name every input exactly once.",
                "model.features=a");
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
                graph,
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
                graph,
                "The model %s has the input \"x\" double "
                        + shape
                        + ", which is not [N], [N, 1] or [N, k] with N open or 1.",
                EXPORT_AGAIN);
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
                        "The model predicts one row, but fails for two at a time: it gives 1"
                                + " numbers for 2 rows, must give 1 for each. Export it again with"
                                + " N left open in every step, or with N fixed to 1.");
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

    @Test
    void anOperatorThatTheRuntimeLacks() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("MagicNumber", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);

        assertRefused(
                graph,
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
                graph,
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
                graph,
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
    void anExampleThatIsNoRow() {
        String card = CARD.replace("]}", "], \"example\": {\"a\": [1], \"b\": 2}}");

        assertThat(RunningFunction.refusing(OnnxGraph.linear(1, 2, 3).card(card).write(folder)))
                .startsWith(
                        "The model loads, but its first prediction fails: 1 fault: row 0, a: is a"
                                + " list, must be a number.");
    }

    @Test
    void aModelThatFailsOnItsFirstRow() {
        OnnxGraph lookup =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N)
                        .longs("low", new long[] {1}, 5)
                        .doubles("table", new long[] {3}, 10, 20, 30)
                        .node("Cast", "x", "index", Attribute.of("to", 7))
                        .node("Add", "index low", "shifted")
                        .node("Gather", "table shifted", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N);

        String refused = RunningFunction.refusing(lookup.write(folder));

        assertThat(refused)
                .startsWith("The model loads, but its first prediction fails: 1 fault:")
                .contains("indices element out of data bounds, idx=5")
                .endsWith(
                        " Add a row that the model takes to its card as \"example\", as the"
                                + " command `card` of training-notebook-export does.");
    }

    @Test
    void anExampleThatHasNoPrediction() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N)
                        .node("Log", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"},
                                 "features": [{"name": "x", "type": "double"}], "example": {"x": 0}}
                                """);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .startsWith(
                        "The model loads, but its first prediction fails: 1 fault: row 0: the model"
                                + " predicts -Infinity.");
    }

    private void assertRefused(OnnxGraph graph, String problem, String remedy) {
        assertRefused(graph.write(folder), problem, remedy);
    }

    private static void assertRefused(
            Path model, String problem, String remedy, String... settings) {
        String refused = RunningFunction.refusing(model, settings);

        assertThat(refused).isEqualTo(problem.formatted(model) + " " + remedy);
    }
}
