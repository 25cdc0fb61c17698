package dev.onnxfunction.testing;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/**
 * Writes a forest of any size as a stream: a {@code TreeEnsembleRegressor} with all attributes that
 * skl2onnx and onnxmltools write, 41 bytes per node. It takes two floats a and b and predicts 3.5
 * for a = 1.5, b = 2, and 4 for a = 4, b = 0. If a row took a wrong branch in only one tree, the
 * prediction would be off by a thousand.
 */
public final class LargeForest {

    private static final int BRANCHES = 4095;
    private static final int LEAVES = BRANCHES + 1;
    private static final int NODES = BRANCHES + LEAVES;

    /**
     * Number of trees that contribute to the sum: a power of two, so that floats hold the sums
     * exactly.
     */
    private static final int COUNTING = 64;

    private final int trees;
    private final String transform;

    /**
     * @param trees how many, 64 or more; each has 8191 nodes
     * @param transform of the sum, such as NONE
     */
    public LargeForest(int trees, String transform) {
        this.trees = trees;
        this.transform = transform;
    }

    public void write(Path file) throws IOException {
        OnnxGraph rest =
                new OnnxGraph()
                        .input("x", OnnxGraph.Element.FLOAT, OnnxGraph.N, 2)
                        .output("y", OnnxGraph.Element.FLOAT, OnnxGraph.N, 1);
        Counter node = new Counter();
        writeNode(node);
        Counter head = new Counter();
        head(head, 1, node.count);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            out.write(rest.toBytes());
            head(out, 7, head.count + node.count);
            head(out, 1, node.count);
            writeNode(out);
        }
    }

    private void writeNode(OutputStream out) throws IOException {
        out.write(
                new Protobuf()
                        .text(1, "x")
                        .text(2, "y")
                        .text(4, "TreeEnsembleRegressor")
                        .toBytes());
        out.write(
                new Protobuf()
                        .message(5, OnnxGraph.Attribute.of("n_targets", 1).proto())
                        .message(5, OnnxGraph.Attribute.of("post_transform", transform).proto())
                        .toBytes());
        attribute(out, "nodes_treeids", 7, tree -> integers(NODES, _ -> tree));
        attribute(out, "nodes_nodeids", 7, integers(NODES, node -> node));
        attribute(out, "nodes_featureids", 7, integers(NODES, LargeForest::feature));
        attribute(out, "nodes_truenodeids", 7, integers(NODES, node -> child(node, 1)));
        attribute(out, "nodes_falsenodeids", 7, integers(NODES, node -> child(node, 2)));
        attribute(out, "nodes_missing_value_tracks_true", 7, integers(NODES, _ -> 0));
        attribute(out, "nodes_hitrates", 6, floats(NODES, _ -> 1));
        attribute(out, "nodes_values", 6, tree -> floats(NODES, node -> split(tree, node)));
        attribute(out, "nodes_modes", 8, modes());
        attribute(out, "target_treeids", 7, tree -> integers(LEAVES, _ -> tree));
        attribute(out, "target_nodeids", 7, integers(LEAVES, leaf -> BRANCHES + leaf));
        attribute(out, "target_ids", 7, integers(LEAVES, _ -> 0));
        attribute(out, "target_weights", 6, LargeForest::weights);
        out.write(new Protobuf().text(7, "ai.onnx.ml").toBytes());
    }

    private static int feature(int node) {
        return node == 0 || node >= BRANCHES ? 0 : node % 2;
    }

    private static int child(int node, int side) {
        return node < BRANCHES ? 2 * node + side : 0;
    }

    private static double split(int tree, int node) {
        if (node >= BRANCHES) {
            return 0;
        }
        return node == 0 ? 2 : (node * 31 + tree) % 64 / 16.0;
    }

    private static byte[] weights(int tree) {
        double share = tree < COUNTING ? 1.0 / COUNTING : 0;
        int first = leaf(tree, 1.5, 2);
        int second = leaf(tree, 4, 0);
        return floats(
                LEAVES,
                leaf -> {
                    int node = BRANCHES + leaf;
                    return node == first ? 3.5 * share : node == second ? 4 * share : 1000;
                });
    }

    private static int leaf(int tree, double a, double b) {
        int node = 0;
        while (node < BRANCHES) {
            double value = feature(node) == 0 ? a : b;
            node = child(node, value <= split(tree, node) ? 1 : 2);
        }
        return node;
    }

    private static byte[] integers(int count, IntUnaryOperator value) {
        Protobuf values = new Protobuf();
        for (int i = 0; i < count; i++) {
            values.number(8, value.applyAsInt(i));
        }
        return values.toBytes();
    }

    private static byte[] floats(int count, IntToDoubleFunction value) {
        ByteBuffer values =
                ByteBuffer.allocate(count * (1 + Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            values.put((byte) ((7 << 3) | 5)).putFloat((float) value.applyAsDouble(i));
        }
        return values.array();
    }

    private static byte[] modes() {
        Protobuf values = new Protobuf();
        for (int i = 0; i < NODES; i++) {
            values.text(9, i < BRANCHES ? "BRANCH_LEQ" : "LEAF");
        }
        return values.toBytes();
    }

    private void attribute(OutputStream out, String name, int type, byte[] valuesOfEachTree)
            throws IOException {
        attribute(out, name, type, _ -> valuesOfEachTree);
    }

    private void attribute(
            OutputStream out, String name, int type, IntFunction<byte[]> valuesOfTree)
            throws IOException {
        byte[] before = new Protobuf().text(1, name).toBytes();
        byte[] after = new Protobuf().number(20, type).toBytes();
        Counter length = new Counter();
        writeTrees(length, valuesOfTree);
        head(out, 5, before.length + length.count + after.length);
        out.write(before);
        if (out instanceof Counter counter) {
            counter.count += length.count;
        } else {
            writeTrees(out, valuesOfTree);
        }
        out.write(after);
    }

    private void writeTrees(OutputStream out, IntFunction<byte[]> valuesOfTree) throws IOException {
        for (int tree = 0; tree < trees; tree++) {
            out.write(valuesOfTree.apply(tree));
        }
    }

    private static void head(OutputStream out, int field, long length) throws IOException {
        out.write((field << 3) | 2);
        varint(out, length);
    }

    private static void varint(OutputStream out, long value) throws IOException {
        long rest = value;
        while (rest > 0x7F) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** Counts the written bytes. */
    private static final class Counter extends OutputStream {

        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
