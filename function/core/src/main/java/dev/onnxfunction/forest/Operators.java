package dev.onnxfunction.forest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the operators of a model file do, also those in its subgraphs and functions.
 *
 * @param loops whether one repeats others, so that the time may depend on the values of a row, and
 *     measurements of other rows do not bound it
 * @param random names of those that draw random numbers; their generator also counts the calls,
 *     even with a fixed seed
 */
public record Operators(boolean loops, SortedSet<String> random) {

    private static final Set<String> LOOPS = Set.of("Loop", "Scan", "SequenceMap");

    /** The training has the same list, in {@code randomness.py}. */
    static final Set<String> RANDOM =
            Set.of(
                    "Bernoulli",
                    "Multinomial",
                    "RandomNormal",
                    "RandomNormalLike",
                    "RandomUniform",
                    "RandomUniformLike",
                    "Sampling");

    /** The part of the name of the operators that only draw in training mode, their third input. */
    private static final String DROPOUT = "Dropout";

    private static final int TRAINING_MODE = 2;

    /** Maximum depth of subgraphs; the runtime reads fewer. */
    private static final int MAX_DEPTH = 100;

    /**
     * Reads the operators of a file.
     *
     * @throws ForestException if it is not an ONNX model
     */
    public static Operators of(Path file) throws IOException, ForestException {
        try (FileChannel channel = FileChannel.open(file)) {
            return new Search(channel::read).model(channel.size());
        }
    }

    /**
     * Reads the operators of a file's content.
     *
     * @throws ForestException if it is not an ONNX model
     */
    public static Operators of(byte[] model) throws IOException, ForestException {
        return new Search(
                        (to, position) -> {
                            int count = Math.min(to.remaining(), model.length - (int) position);
                            to.put(model, (int) position, count);
                            return count;
                        })
                .model(model.length);
    }

    /** Walks through a model. */
    private static final class Search {

        private final ProtoReader.Source file;
        private final SortedSet<String> random = new TreeSet<>();
        private boolean loops;

        Search(ProtoReader.Source file) {
            this.file = file;
        }

        Operators model(long size) throws IOException, ForestException {
            ProtoReader in = new ProtoReader(file, new ByteRange(0, size));
            while (in.nextField()) {
                if (in.is(OnnxFields.MODEL_GRAPH, ProtoReader.BYTES)) {
                    nodes(in.message(), OnnxFields.GRAPH_NODE, 0);
                } else if (in.is(OnnxFields.MODEL_FUNCTION, ProtoReader.BYTES)) {
                    nodes(in.message(), OnnxFields.FUNCTION_NODE, 0);
                } else {
                    in.skip();
                }
            }
            return new Operators(loops, random);
        }

        /** The nodes of a graph or function. */
        private void nodes(ByteRange range, int field, int depth)
                throws IOException, ForestException {
            if (depth > MAX_DEPTH) {
                throw ProtoReader.malformed();
            }
            ProtoReader in = new ProtoReader(file, range);
            while (in.nextField()) {
                if (in.is(field, ProtoReader.BYTES)) {
                    node(GraphNode.read(file, in.message()), depth);
                } else {
                    in.skip();
                }
            }
        }

        private void node(GraphNode node, int depth) throws IOException, ForestException {
            String operator = node.operator();
            loops |= LOOPS.contains(operator);
            boolean trains =
                    operator.endsWith(DROPOUT)
                            && node.inputs().stream()
                                    .skip(TRAINING_MODE)
                                    .anyMatch(s -> !s.isEmpty());
            if (trains || RANDOM.contains(operator)) {
                random.add(operator);
            }
            if (!node.is(TreeEnsembleRegressor.OPERATOR)) { // Large, and without graphs.
                for (ByteRange attribute : node.attributes()) {
                    attribute(attribute, depth);
                }
            }
        }

        private void attribute(ByteRange range, int depth) throws IOException, ForestException {
            ProtoReader in = new ProtoReader(file, range);
            while (in.nextField()) {
                if (in.is(OnnxFields.ATTRIBUTE_GRAPH, ProtoReader.BYTES)
                        || in.is(OnnxFields.ATTRIBUTE_GRAPHS, ProtoReader.BYTES)) {
                    nodes(in.message(), OnnxFields.GRAPH_NODE, depth + 1);
                } else {
                    in.skip();
                }
            }
        }
    }
}
