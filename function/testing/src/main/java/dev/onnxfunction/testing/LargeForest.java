package dev.onnxfunction.testing;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
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
        integers(out, "nodes_treeids", NODES, at -> at / NODES);
        integers(out, "nodes_nodeids", NODES, at -> at % NODES);
        integers(out, "nodes_featureids", NODES, at -> feature(at % NODES));
        integers(out, "nodes_truenodeids", NODES, at -> child(at % NODES, 1));
        integers(out, "nodes_falsenodeids", NODES, at -> child(at % NODES, 2));
        integers(out, "nodes_missing_value_tracks_true", NODES, _ -> 0);
        floats(out, "nodes_hitrates", NODES, _ -> 1);
        floats(out, "nodes_values", NODES, at -> split(at / NODES, at % NODES));
        modes(out);
        integers(out, "target_treeids", LEAVES, at -> at / LEAVES);
        integers(out, "target_nodeids", LEAVES, at -> BRANCHES + at % LEAVES);
        integers(out, "target_ids", LEAVES, _ -> 0);
        floats(out, "target_weights", LEAVES, at -> weight(at / LEAVES, BRANCHES + at % LEAVES));
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

    private double weight(int tree, int node) {
        double share = tree < COUNTING ? 1.0 / COUNTING : 0;
        if (node == leaf(tree, 1.5, 2)) {
            return 3.5 * share;
        }
        return node == leaf(tree, 4, 0) ? 4 * share : 1000;
    }

    private static int leaf(int tree, double a, double b) {
        int node = 0;
        while (node < BRANCHES) {
            double value = feature(node) == 0 ? a : b;
            node = child(node, value <= split(tree, node) ? 1 : 2);
        }
        return node;
    }

    private void integers(OutputStream out, String name, int perTree, IntUnaryOperator value)
            throws IOException {
        int count = trees * perTree;
        attribute(
                out,
                name,
                7,
                to -> {
                    for (int i = 0; i < count; i++) {
                        to.write(8 << 3);
                        varint(to, value.applyAsInt(i));
                    }
                });
    }

    private void floats(OutputStream out, String name, int perTree, IntToDoubleFunction value)
            throws IOException {
        int count = trees * perTree;
        byte[] field = new byte[1 + Float.BYTES];
        ByteBuffer bytes = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN);
        attribute(
                out,
                name,
                6,
                to -> {
                    for (int i = 0; i < count; i++) {
                        bytes.put(0, (byte) ((7 << 3) | 5));
                        bytes.putFloat(1, (float) value.applyAsDouble(i));
                        to.write(field);
                    }
                });
    }

    private void modes(OutputStream out) throws IOException {
        byte[] branch = new Protobuf().text(9, "BRANCH_LEQ").toBytes();
        byte[] leaf = new Protobuf().text(9, "LEAF").toBytes();
        attribute(
                out,
                "nodes_modes",
                8,
                to -> {
                    for (int i = 0; i < trees * NODES; i++) {
                        to.write(i % NODES < BRANCHES ? branch : leaf);
                    }
                });
    }

    private static void attribute(OutputStream out, String name, int type, Content values)
            throws IOException {
        byte[] before = new Protobuf().text(1, name).toBytes();
        byte[] after = new Protobuf().number(20, type).toBytes();
        Counter length = new Counter();
        values.writeTo(length);
        head(out, 5, before.length + length.count + after.length);
        out.write(before);
        if (out instanceof Counter counter) {
            counter.count += length.count;
        } else {
            values.writeTo(out);
        }
        out.write(after);
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

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
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
