package dev.onnxfunction;

import static dev.onnxfunction.BlocksTest.CARD;
import static dev.onnxfunction.BlocksTest.blocks;
import static dev.onnxfunction.testing.OnnxGraph.N;

import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

/** Names of blocks that do not fit the graph stop the start with a message. */
class WrongBlocksTest {

    private static final String TAKES =
            "\"num\" float [N, 3], \"cat\" int64 [N, 2], \"w\" double [N]";

    private static final String WRITE =
            "Set model.features (MODEL_FEATURES) to the names of each input's columns in order,"
                    + " such as num=num1,num2,num3;cat=cat1,cat2;w, or add a card whose features"
                    + " name their \"input\".";

    @TempDir Path folder;

    @Test
    void withoutNamesAreRefused() {
        assertRefused(
                blocks(N),
                "takes " + TAKES + ", and does not contain the names of their columns.",
                WRITE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "num=a,b,c;dog=d,e;w | has no input \"dog\", only @.",
                "num=a,b,c;cat=d;w=f | takes 2 columns in \"cat\" int64 [N, 2], but 1 features are"
                        + " named for it: [d].",
                "num=a,b,c;cat=d,e;w=f,g | takes 1 columns in \"w\" double [N], but 2 features are"
                        + " named for it: [f, g].",
                "num=a,b,c;cat=d,e | has the input \"w\" double [N], for which no feature is"
                        + " named.",
                "a,b,c,d,e,f | takes @, but model.features (MODEL_FEATURES) does not say for which"
                        + " of them it names \"a,b,c,d,e,f\".",
                "num=a,b,c;cat=d,e;w; | takes @, but model.features (MODEL_FEATURES) does not say"
                        + " for which of them it names \"\"."
            })
    void withWrongNamesAreRefused(String names, String problem) {
        assertRefused(blocks(N), problem.replace("@", TAKES), WRITE, "model.features=" + names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "num=a,b,c;cat=c,d;w | is configured with the features [a, b, c, c, d, w], which"
                        + " have the same name twice. | Give every name once in model.features"
                        + " (MODEL_FEATURES).",
                "num=a,,c;cat=d,e;w | has a feature that has a name of 0 characters, must have 1 to"
                        + " 200. | Give every feature a name in model.features (MODEL_FEATURES)."
            })
    void withNamesThatAreNoneAreRefused(String names, String problem, String remedy) {
        assertRefused(blocks(N), problem, remedy, "model.features=" + names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"input\": \"cat\", \"max\" | \"input\": \"dog\", \"max\" | has no input \"dog\""
                        + " for the feature \"d\", only @.",
                "\"input\": \"cat\", \"max\" | \"max\" | has no input \"d\", only @.",
                "\"input\": \"cat\"} | \"input\": \"w\"} | takes 2 columns in \"cat\" int64 [N, 2],"
                        + " but 1 features are named for it: [d]."
            })
    void withAWrongCardAreRefused(String right, String wrong, String problem) {
        assertRefused(
                blocks(N).card(CARD.replace(right, wrong)),
                problem.replace("@", TAKES),
                "Correct the \"input\" of the features in the card, and leave model.features"
                        + " (MODEL_FEATURES) unset.");
    }

    @Test
    void ofAnotherTypeThanTheCardSaysAreRefused() {
        assertRefused(
                blocks(N)
                        .card(
                                CARD.replace(
                                        "\"c\", \"type\": \"float\"",
                                        "\"c\", \"type\": \"double\"")),
                "has a card that calls \"c\" double, but in the graph it is float.",
                "Correct the type in the card.");
    }

    @Test
    void setOtherwiseThanInTheCardAreRefused() {
        assertRefused(
                blocks(N).card(CARD),
                "has a card with the features [d, a, b, w, e, c], but model.features"
                        + " (MODEL_FEATURES) names [num=d, a, b, w, e, c].",
                "Leave model.features unset for a file with a card.",
                "model.features=num=d,a,b,w,e,c");
    }

    private void assertRefused(OnnxGraph graph, String problem, String remedy, String... settings) {
        ModelAssertions.assertRefused(
                graph.write(folder), "The model %s " + problem, remedy, settings);
    }
}
