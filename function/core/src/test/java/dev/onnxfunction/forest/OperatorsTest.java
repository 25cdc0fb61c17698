package dev.onnxfunction.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

class OperatorsTest {

    @TempDir private Path folder;

    private static OnnxGraph noisy(String operator, String inputs) {
        return new OnnxGraph()
                .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                .node(operator, inputs, "noise")
                .node("Add", "x noise", "y")
                .output("y", Element.DOUBLE, OnnxGraph.N, 1);
    }

    @Test
    void loopsAreFound() throws Exception {
        assertThat(Operators.of(OnnxGraph.counting().write(folder)).loops()).isTrue();
        assertThat(Operators.of(OnnxGraph.counting().toBytes()).loops()).isTrue();
    }

    @Test
    void aModelWithoutAnyHasNone() throws Exception {
        Operators operators = Operators.of(OnnxGraph.linear(1, 2).write(folder));

        assertThat(operators.loops()).isFalse();
        assertThat(operators.random()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "RandomUniformLike, x, true",
        "Multinomial, x, true",
        "Dropout, x, false",
        "Dropout, x ratio , false",
        "Dropout, x ratio training, true",
    })
    void whatDrawsRandomNumbersIsFound(String operator, String inputs, boolean draws)
            throws Exception {
        Operators operators = Operators.of(noisy(operator, inputs).toBytes());

        if (draws) {
            assertThat(operators.random()).containsExactly(operator);
        } else {
            assertThat(operators.random()).isEmpty();
        }
    }

    /**
     * Otherwise the training would give a card to a model that is not served, or none to one that
     * is.
     */
    @Test
    void theTrainingRefusesTheSameOperators() throws Exception {
        String source = Files.readString(Project.TRAINING.resolve("training/randomness.py"));
        String set = source.substring(source.indexOf("OPERATORS = {"), source.indexOf('}'));
        Set<String> names =
                Pattern.compile("\"(\\w+)\"")
                        .matcher(set)
                        .results()
                        .map(name -> name.group(1))
                        .collect(Collectors.toSet());

        assertThat(Operators.RANDOM).isEqualTo(names);
        for (String name : names) {
            assertThat(Operators.of(noisy(name, "x").toBytes()).random()).containsExactly(name);
        }
    }

    @Test
    void subgraphsAreSearched() throws Exception {
        OnnxGraph graph =
                OnnxGraph.linear(1, 2)
                        .node("If", "c", "z", Attribute.of("else_branch", noisy("Bernoulli", "x")));

        assertThat(Operators.of(graph.write(folder)).random()).containsExactly("Bernoulli");
    }

    @Test
    void functionsOfTheModelAreSearched() throws Exception {
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        model.writeBytes(OnnxGraph.linear(1, 2).toBytes());
        model.writeBytes(new byte[] {(byte) 0xca, 1, 13, 0x3a, 11, 0x22, 9}); // A node's operator.
        model.writeBytes("Bernoulli".getBytes(StandardCharsets.US_ASCII));

        assertThat(Operators.of(model.toByteArray()).random()).containsExactly("Bernoulli");
    }

    @Test
    void whatIsNoOnnxFileIsRefused() {
        assertThatThrownBy(() -> Operators.of(new byte[] {0x1c, 0, 0, 0, 'O', 'R', 'T', 'M'}))
                .isInstanceOf(ForestException.class);
    }

    @Test
    void deepGraphsAreRefused() {
        OnnxGraph graph = OnnxGraph.linear(1, 2);
        for (int depth = 0; depth < 200; depth++) {
            graph = OnnxGraph.linear(1, 2).node("If", "c", "z", Attribute.of("then", graph));
        }
        byte[] model = graph.toBytes();

        assertThatThrownBy(() -> Operators.of(model)).isInstanceOf(ForestException.class);
    }
}
