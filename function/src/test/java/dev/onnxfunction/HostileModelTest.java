package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Text of an untrusted model file is escaped before it reaches a terminal, and its declared sizes
 * are checked.
 */
class HostileModelTest {

    private static final String CARD =
            """
            {"name": "NAME", "version": "1", "target": {"name": "y"}, "features": [FEATURES]}
            """;

    private static final String REMEDY =
            "Write the card again with the command `card` of training-notebook-export.";

    @TempDir private Path folder;

    @Test
    void aCardThatWouldClearTheTerminal() {
        String refused = refused(CARD.replace("NAME", "\\u001b[2J\\u202e"));

        assertThat(refused).contains("\"name\" is \"\\u001b[2J\\u202e\"").endsWith(REMEDY);
    }

    @Test
    void aCardWithANameOfAMegabyte() {
        String refused = refused(CARD.replace("NAME", "x".repeat(1 << 20)));

        assertThat(refused)
                .hasSizeLessThan(5000)
                .contains("must be 1 to 40 of a-z, 0-9 and dashes between them.")
                .endsWith(REMEDY);
    }

    @Test
    void aGraphWhoseNamesWouldClearTheTerminal() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("\u001b[2J", OnnxGraph.Element.UINT8, OnnxGraph.N, 1)
                        .node("Identity", "\u001b[2J", "y")
                        .output("y", OnnxGraph.Element.UINT8, OnnxGraph.N, 1);

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .contains("has the input \"\\u001b[2J\" uint8 [N, 1]")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(ints = {60_000, 1_000_000})
    void aCardOfVeryManyFeatures(int count) {
        String features =
                IntStream.range(0, count)
                        .mapToObj(i -> "{\"name\":\"f" + i + "\",\"type\":\"double\"}")
                        .collect(Collectors.joining(","));

        assertThat(refused(CARD.replace("NAME", "m").replace("FEATURES", features)))
                .containsAnyOf("must have at most ", "has metadata of more than 16 MiB");
    }

    @Test
    void metadataThatWouldFillTheHeap() {
        OnnxGraph graph = OnnxGraph.linear(1, 2).metadata("notes", "x".repeat(17 << 20));

        assertThat(RunningFunction.refusing(graph.write(folder)))
                .contains("has metadata of more than 16 MiB, such as a model card.");
    }

    @Test
    void aFileOfMoreThanTwoGigabytes() throws IOException {
        Path file = folder.resolve("sparse.onnx");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(3L << 30);
        }

        assertThat(RunningFunction.refusing(file))
                .contains("has 3221225472 bytes, must have less than 2 GiB");
    }

    @Test
    void aFeatureThatWouldClearTheTerminal() {
        String card =
                CARD.replace("NAME", "m")
                        .replace(
                                "FEATURES",
                                "{\"name\":\"\\u001b[2J\",\"type\":\"double\",\"min\":0,\"max\":1}");
        Path model = OnnxGraph.linear(1, 2).card(card).write(folder);
        try (RunningFunction function = RunningFunction.serving(model)) {
            assertThat(function.predict("{\"\\u001b[2J\":7}").statusCode()).isEqualTo(200);

            assertThat(function.get("/actuator/prometheus").body())
                    .contains("{feature=\"\\\\u001b[2J\"} 1.0")
                    .doesNotContain("\u001b");
            assertThat(function.get("/model").body()).doesNotContain("\u001b");
        }
    }

    private String refused(String card) {
        String whole = card.replace("FEATURES", "{\"name\":\"a\",\"type\":\"double\"}");
        String refused = RunningFunction.refusing(OnnxGraph.linear(1, 2).card(whole).write(folder));
        assertThat(refused.chars()).noneMatch(Character::isISOControl);
        return refused;
    }
}
