package dev.onnxfunction.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rewritten forests predict what ONNX Runtime predicts with the original file. */
class ForestRewritingTest {

    private static final String[] MODES = {
        "BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"
    };
    private static final int[] DEPTHS = {4, 1, 0, 6, 3, 0, 5};
    private static final int ROWS = 2000;

    /** Relative; sums in single precision are rounded in another order. */
    private static final double TOLERANCE = 3e-6;

    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    @TempDir Path folder;

    static List<Arguments> forests() {
        int[] many = IntStream.range(0, 100).map(i -> 3 - i % 2).toArray();
        List<Named<Supplier<RandomTrees>>> cases = new ArrayList<>();
        for (String mode : MODES) {
            cases.add(Named.of(mode, () -> new RandomTrees(new String[] {mode}, DEPTHS)));
        }
        cases.add(Named.of("NaN", () -> new RandomTrees(MODES, DEPTHS).nanTrue(0.5)));
        cases.add(Named.of("shuffled", () -> new RandomTrees(DEPTHS).shuffled(1).nanTrue(1)));
        cases.add(Named.of("packed", () -> new RandomTrees(DEPTHS).packed()));
        cases.add(Named.of("base", () -> new RandomTrees(DEPTHS).base(0.3).nanTrue(0)));
        cases.add(Named.of("leaves", () -> new RandomTrees(0, 0, 0).base(-2.5)));
        cases.add(Named.of("one leaf", () -> new RandomTrees(0)));
        cases.add(Named.of("one tree", () -> new RandomTrees(9)));
        cases.add(Named.of("many", () -> new RandomTrees(many).shuffled(3).base(100.1)));
        List<Arguments> all = new ArrayList<>();
        for (Named<Supplier<RandomTrees>> forest : cases) {
            for (String aggregate : List.of("", "SUM", "AVERAGE", "MIN", "MAX")) {
                all.add(arguments(forest, aggregate, Element.FLOAT, false));
                all.add(arguments(forest, aggregate, Element.DOUBLE, false));
                all.add(arguments(forest, aggregate, Element.DOUBLE, true));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("forests")
    void treesPredictWhatTheyDid(
            Supplier<RandomTrees> forest, String aggregate, Element input, boolean doubles)
            throws Exception {
        RandomTrees trees = forest.get();
        if (doubles) {
            trees.doubles();
        }
        if (!aggregate.isEmpty()) {
            trees.with(Attribute.of("aggregate_function", aggregate));
        }
        assertSame(regression(trees, input), input, isExact(trees, aggregate) ? 0 : TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anyVersionOfTheOperator(long version) throws Exception {
        assertSame(
                regression(new RandomTrees(DEPTHS), Element.FLOAT).mlOpset(version),
                Element.FLOAT,
                TOLERANCE);
    }

    static List<Long> versions() {
        return List.of(1L, 2L, 3L, 4L);
    }

    @Test
    void weightsOfBranchesDoNotCount() throws Exception {
        RandomTrees trees =
                new RandomTrees(1)
                        .with(Attribute.longs("target_treeids", 0, 0, 0))
                        .with(Attribute.longs("target_nodeids", 0, 1, 2))
                        .with(Attribute.longs("target_ids", 0, 0, 0))
                        .with(Attribute.floats("target_weights", 5, 1, 2));

        assertSame(regression(trees, Element.FLOAT), Element.FLOAT, 0);
    }

    @Test
    void partsHaveAboutTheGivenSize() throws Exception {
        RandomTrees trees = new RandomTrees(3, 3, 3, 3, 3, 3, 3, 3, 3, 3);
        byte[] rewritten = Rewritten.of(regression(trees, Element.FLOAT).write(folder), 40);

        // The name appears twice: as the attribute's and as that of the tensor in it.
        assertThat(count(rewritten, "nodes_splits") / 2).isBetween(trees.nodes() / 40 + 1, 9);
        assertThat(count(rewritten, "Sum")).isEqualTo(1);
    }

    @Test
    void allElseStaysAsItIs() throws Exception {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, RandomTrees.COLUMNS)
                        .doubles("half", new long[] {1}, 0.5)
                        .node("Mul", "x half", "scaled")
                        .mlNode(
                                TreeEnsembleRegressor.OPERATOR,
                                "scaled",
                                "a",
                                new RandomTrees(3).attributes())
                        .node("Cast", "a", "wide", Attribute.of("to", 11))
                        .node("Add", "wide scaled", "shifted")
                        .mlNode("Normalizer", "shifted", "normal", Attribute.of("norm", "L2"))
                        .mlNode(TreeEnsembleRegressor.OPERATOR, "normal", "b", forest("AVERAGE"))
                        .node("Sum", "a b", "y")
                        .output("y", Element.FLOAT, OnnxGraph.N, 1)
                        .metadata("model_card", "{\"name\": \"flats\"}");

        assertSame(graph, Element.DOUBLE, TOLERANCE);
        byte[] rewritten = Rewritten.of(graph.write(folder));
        assertThat(count(rewritten, TreeEnsembleRegressor.OPERATOR)).isZero();
        try (OrtSession session = ENVIRONMENT.createSession(rewritten)) {
            assertThat(session.getMetadata().getCustomMetadata())
                    .isEqualTo(Map.of("model_card", "{\"name\": \"flats\"}"));
        }
    }

    static Stream<Arguments> unsupported() {
        return Stream.of(
                refused("has 2 targets", trees -> trees.with(Attribute.of("n_targets", 2))),
                refused(
                        "has post_transform PROBIT",
                        trees -> trees.with(Attribute.of("post_transform", "PROBIT"))),
                refused(
                        "has aggregate_function MEDIAN",
                        trees -> trees.with(Attribute.of("aggregate_function", "MEDIAN"))),
                refused(
                        "has several base values",
                        trees -> trees.with(Attribute.floats("base_values", 1, 2))),
                refused(
                        "has an attribute nodes_colors",
                        trees -> trees.with(Attribute.longs("nodes_colors", 1))),
                refused(
                        "has an attribute of an unexpected type",
                        trees -> trees.with(Attribute.floats("nodes_featureids", 0, 0, 0))),
                refused(
                        "has attributes of different lengths",
                        trees -> trees.with(Attribute.longs("nodes_featureids", 0))),
                refused(
                        "has attributes of different lengths",
                        trees -> trees.with(Attribute.longs("nodes_featureids", 0, 0, 0, 0))),
                refused(
                        "has trees that are not in the order of their ids",
                        trees -> trees.with(Attribute.longs("nodes_treeids", 1, 0, 1))),
                refused(
                        "has no node 7 in a tree that refers to it",
                        trees -> trees.with(Attribute.longs("nodes_truenodeids", 7, 0, 0))),
                refused(
                        "has no node -1 in a tree that refers to it",
                        trees -> trees.with(Attribute.longs("nodes_truenodeids", -1, 0, 0))),
                refused(
                        "has the id -1, which is out of range",
                        trees -> trees.with(Attribute.longs("nodes_nodeids", -1, 1, 2))),
                refused(
                        "has the id 4294967296, which is out of range",
                        trees -> trees.with(Attribute.longs("nodes_featureids", 1L << 32, 1, 2))),
                refused(
                        "has a node that is the child of several others, or a root that is a child",
                        trees -> trees.with(Attribute.longs("nodes_truenodeids", 0, 0, 0))),
                refused(
                        "has a node that is the child of several others, or a root that is a child",
                        trees ->
                                trees.with(Attribute.longs("nodes_truenodeids", 1, 0, 0))
                                        .with(Attribute.longs("nodes_falsenodeids", 1, 0, 0))),
                refused(
                        "has nodes_modes LIKE",
                        trees -> trees.with(Attribute.strings("nodes_modes", "LIKE", "LEAF"))),
                refused(
                        "has a leaf with several weights",
                        trees -> trees.with(Attribute.longs("target_nodeids", 1, 1))),
                refused(
                        "has a leaf without a weight in the order of the trees",
                        trees -> trees.with(Attribute.longs("target_treeids", 0, 9))),
                refused(
                        "has weights of a second target",
                        trees -> trees.with(Attribute.longs("target_ids", 0, 1))),
                refused(
                        "has nodes_values twice",
                        trees -> trees.with(Attribute.doubles("nodes_values_as_tensor", 0, 0, 0))));
    }

    private static Arguments refused(String reason, Function<RandomTrees, RandomTrees> change) {
        return arguments(reason, change);
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void whatIsNotUnderstoodIsRefused(String reason, Function<RandomTrees, RandomTrees> change) {
        RandomTrees trees = change.apply(new RandomTrees(1));
        Path model = regression(trees, Element.FLOAT).write(folder);

        assertThatThrownBy(() -> rewriteBlindly(model)).hasMessage(reason);
    }

    @Test
    void aMillionNodesInOneTreeAreTooMany() throws Exception {
        int nodes = (1 << 20) + 1;
        RandomTrees trees =
                new RandomTrees(1).with(Attribute.longs("nodes_treeids", new long[nodes]));
        Path model = regression(trees, Element.FLOAT).write(folder);

        assertThatThrownBy(() -> ForestRewriting.of(model, 0, 40))
                .hasMessage("has a tree of more than a million nodes");
    }

    static List<OnnxGraph> surroundings() {
        OnnxGraph classifier =
                regression(new RandomTrees(1), Element.FLOAT)
                        .mlNode("TreeEnsembleClassifier", "x", "class scores");
        OnnxGraph encoder =
                regression(new RandomTrees(1), Element.FLOAT)
                        .mlOpset(1)
                        .mlNode("LabelEncoder", "x", "code");
        return List.of(classifier, encoder);
    }

    @ParameterizedTest
    @MethodSource("surroundings")
    void operatorsThatDifferFromTheirNewerVersionsAreRefused(OnnxGraph graph) {
        Path model = graph.write(folder);

        assertThatThrownBy(() -> ForestRewriting.of(model, 0, 40))
                .message()
                .matches("is beside a \\w+, which newer versions of ai.onnx.ml define differently");
    }

    @Test
    void onlyLargeForestsAreRewritten() throws Exception {
        Path model = regression(new RandomTrees(9), Element.FLOAT).write(folder);

        assertThat(ForestRewriting.of(model)).isNull();
    }

    @Test
    void whatIsNoModelIsLeftToTheRuntime() throws Exception {
        for (String text : List.of("", "y = 3 x + 4\n", "\0", ":\u007f", "\u00ff\u00ff\u00ff")) {
            Path file = Files.writeString(folder.resolve("model.onnx"), text);
            assertThat(ForestRewriting.of(file, 1, 40)).as(text).isNull();
        }
    }

    /**
     * None of these files may fail in another way, take more memory than the file, or loop forever.
     */
    @Test
    void aFileThatIsCutOffOrDamagedFailsAsSuch() throws Exception {
        RandomTrees trees = new RandomTrees(MODES, 2, 0, 1).nanTrue(0.5).shuffled(1).base(1);
        byte[] whole = regression(trees, Element.FLOAT).toBytes();
        Path file = folder.resolve("damaged.onnx");
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 3 * whole.length; i++) {
            byte[] damaged = i < whole.length ? Arrays.copyOf(whole, i) : whole.clone();
            if (i >= whole.length) {
                damaged[i % whole.length] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            try {
                rewriteBlindly(file);
            } catch (IOException | ForestException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(whole.length / 2);
    }

    private static boolean isExact(RandomTrees trees, String aggregate) {
        return !trees.hasBase() && (trees.trees() == 1 || aggregate.startsWith("M"));
    }

    private static Attribute[] forest(String aggregate) {
        return new RandomTrees(DEPTHS)
                .with(Attribute.of("aggregate_function", aggregate))
                .attributes();
    }

    private static OnnxGraph regression(RandomTrees trees, Element input) {
        return new OnnxGraph()
                .input("x", input, OnnxGraph.N, RandomTrees.COLUMNS)
                .mlNode(TreeEnsembleRegressor.OPERATOR, "x", "y", trees.attributes())
                .output("y", Element.FLOAT, OnnxGraph.N, 1);
    }

    /** Rewrites a file that ONNX Runtime might refuse. */
    private static void rewriteBlindly(Path model) throws IOException, ForestException {
        try (ForestRewriting forests = ForestRewriting.of(model, 0, 40)) {
            if (forests != null) {
                forests.probe();
                forests.write(
                        OutputStream.nullOutputStream(),
                        forests.probes().stream().map(_ -> Precision.FLOAT).toList());
            }
        }
    }

    private void assertSame(OnnxGraph graph, Element input, double tolerance) throws Exception {
        Path model = graph.write(folder);
        float[] expected = predict(Files.readAllBytes(model), input);
        float[] found = predict(Rewritten.of(model), input);
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int row = 0; row < ROWS; row++) {
            assertThat((double) Math.abs(found[row] - expected[row]))
                    .as("row %d: %s, %s", row, found[row], expected[row])
                    .isLessThanOrEqualTo(tolerance * largest);
        }
    }

    /** Predicts rows whose values are at and between the thresholds of all splits, or NaN. */
    private static float[] predict(byte[] model, Element input) throws OrtException {
        Random random = new Random(2);
        int count = ROWS * RandomTrees.COLUMNS;
        double[] values = new double[count];
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            double value = random.nextInt(-60, 61) / 20.0;
            values[i] = random.nextDouble() < 0.05 ? Double.NaN : value;
            floats[i] = (float) values[i];
        }
        long[] shape = {ROWS, RandomTrees.COLUMNS};
        try (OrtSession session = ENVIRONMENT.createSession(model);
                OnnxTensor x =
                        input == Element.FLOAT
                                ? OnnxTensor.createTensor(
                                        ENVIRONMENT, FloatBuffer.wrap(floats), shape)
                                : OnnxTensor.createTensor(
                                        ENVIRONMENT, DoubleBuffer.wrap(values), shape);
                OrtSession.Result result = session.run(Map.of("x", x))) {
            float[] y = new float[ROWS];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(y);
            return y;
        }
    }

    private static int count(byte[] model, String text) {
        String content = new String(model, StandardCharsets.ISO_8859_1);
        return content.split(text, -1).length - 1;
    }
}
