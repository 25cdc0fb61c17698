package dev.onnxfunction;

import static dev.onnxfunction.ModelAssertions.assertRefused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.stream.Stream;

/** Names of features and model cards that do not fit the graph stop the start with a message. */
class WrongCardTest {

    private static final String CARD =
            """
            {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
              {"name": "a", "type": "double"}, {"name": "b", "type": "double"}]}
            """;

    @TempDir Path folder;

    @Test
    void aTensorOfSeveralColumnsWithoutNames() {
        assertRefused(
                OnnxGraph.linear(1, 2, 3).write(folder),
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
        assertRefused(
                OnnxGraph.linear(1, 2, 3).card(card).write(folder),
                "The model %s " + problem,
                remedy);
    }

    @Test
    void aCardThatIsWrongInItself() {
        assertRefused(
                OnnxGraph.linear(1, 2, 3)
                        .card(CARD.replace("\"version\": \"1\",", ""))
                        .write(folder),
                "The model card in %s is wrong: \"version\" is missing.",
                "Write the card again with the command `card` of training-notebook-export.");
    }

    @Test
    void aCardWithEmoji() {
        assertRefused(
                OnnxGraph.linear(1, 2, 3)
                        .card(CARD.replace("\"y\"", "\"\ud83c\udfe0\""))
                        .write(folder),
                "The model card in %s is wrong: it has characters beyond U+FFFF, such as emoji,"
                        + " which ONNX Runtime for Java passes on as escapes only, such as"
                        + " \\ud83c\\udfe0.",
                "Write the card again with the command `card` of training-notebook-export.");
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
}
