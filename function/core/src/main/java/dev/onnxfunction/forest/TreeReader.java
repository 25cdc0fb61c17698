package dev.onnxfunction.forest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads an ensemble part by part. All attributes are read side by side, each once from its start to
 * its end.
 */
final class TreeReader {

    /** The modes of branches, by their numbers in {@code TreeEnsemble}. */
    private static final List<byte[]> MODES =
            Stream.of(
                            "BRANCH_LEQ",
                            "BRANCH_LT",
                            "BRANCH_GTE",
                            "BRANCH_GT",
                            "BRANCH_EQ",
                            "BRANCH_NEQ")
                    .map(TreeReader::ascii)
                    .toList();

    private static final byte[] LEAF = ascii("LEAF");
    private static final int MAX_MODE_LENGTH = 10;

    /** Flag of a node that is the child of another. */
    private static final byte CHILD = 1;

    /** Flag of a leaf whose weight has been read. */
    private static final byte WEIGHTED = 2;

    private final AttributeReader tree;
    private final AttributeReader id;
    private final AttributeReader feature;
    private final AttributeReader mode;
    private final AttributeReader split;
    private final AttributeReader yes;
    private final AttributeReader no;
    private final @Nullable AttributeReader nanTrue;
    private final AttributeReader targetTree;
    private final AttributeReader targetNode;
    private final AttributeReader target;
    private final AttributeReader weight;

    private final TreeArrays trees = new TreeArrays();

    /** The mode of the current node, as text. */
    private final byte[] name = new byte[MAX_MODE_LENGTH];

    /** ID and position of each node in one number; sorted within a tree. */
    private long[] keys = {};

    /** Flags of each node: {@link #CHILD}, {@link #WEIGHTED}. */
    private byte[] flags = {};

    /** Whether there is another weight. */
    private boolean hasTarget;

    /** ID of the tree of the next weight. */
    private long nextTargetTree;

    /** ID of the tree of the next node. */
    private long nextTree;

    TreeReader(TreeEnsembleRegressor regressor, Precision precision)
            throws IOException, ForestException {
        tree = regressor.integers("nodes_treeids");
        id = regressor.integers("nodes_nodeids");
        feature = regressor.integers("nodes_featureids");
        mode = regressor.texts("nodes_modes");
        split = regressor.numbers("nodes_values", precision);
        yes = regressor.integers("nodes_truenodeids");
        no = regressor.integers("nodes_falsenodeids");
        nanTrue = regressor.findIntegers("nodes_missing_value_tracks_true");
        targetTree = regressor.integers("target_treeids");
        targetNode = regressor.integers("target_nodeids");
        target = regressor.integers("target_ids");
        weight = regressor.numbers("target_weights", precision);
        nextTree = tree.require().integer();
        readTarget();
    }

    /** Reads the next part. The next call overwrites the returned trees. */
    TreeArrays read(Partition.Part part) throws IOException, ForestException {
        trees.reset(part.trees(), part.nodes());
        if (keys.length < part.nodes()) {
            keys = new long[part.nodes()];
            flags = new byte[part.nodes()];
        }
        Arrays.fill(flags, 0, part.nodes(), (byte) 0);
        int start = 0;
        for (int i = 0; i < part.trees(); i++) {
            trees.root[i] = start;
            start = readTree(start);
        }
        return trees;
    }

    /**
     * Checks that all attributes have been read to their end.
     *
     * @throws ForestException if they have different lengths
     */
    void requireEnd() throws IOException, ForestException {
        for (AttributeReader column :
                List.of(id, feature, mode, split, yes, no, targetNode, target, weight)) {
            column.requireEnd();
        }
        if (hasTarget) {
            throw new ForestException(
                    "has weights of trees that do not exist or are in another order");
        }
    }

    /** Reads a tree into the positions from this one on, and returns the position after it. */
    private int readTree(int start) throws IOException, ForestException {
        long number = nextTree;
        int end = start;
        boolean more = true;
        while (more && nextTree == number) {
            readNode(end);
            end++;
            more = tree.advance();
            if (more) {
                nextTree = tree.integer();
            }
        }
        order(start, end);
        for (int i = start; i < end; i++) {
            if (trees.mode[i] != TreeArrays.LEAF) {
                trees.yes[i] = child(start, end, trees.yes[i]);
                trees.no[i] = child(start, end, trees.no[i]);
            }
        }
        while (hasTarget && nextTargetTree == number) {
            readWeight(start, end);
        }
        check(start, end);
        return end;
    }

    private void readNode(int at) throws IOException, ForestException {
        keys[at] = ((long) index(id.require().integer()) << Integer.SIZE) | at;
        trees.feature[at] = index(feature.require().integer());
        trees.mode[at] = mode(mode.require().text(name));
        trees.value[at] = split.require().number();
        trees.yes[at] = (int) yes.require().integer();
        trees.no[at] = (int) no.require().integer();
        trees.nanTrue[at] = nanTrue != null && nanTrue.advance() && nanTrue.integer() == 1;
    }

    private void readWeight(int start, int end) throws IOException, ForestException {
        int at = find(start, end, index(targetNode.require().integer()));
        double value = weight.require().number();
        if (target.require().integer() != 0) {
            throw new ForestException("has weights of a second target");
        }
        // Some exporters also give branches a weight, which has no effect.
        if (trees.mode[at] == TreeArrays.LEAF) {
            if ((flags[at] & WEIGHTED) != 0) {
                throw new ForestException("has a leaf with several weights");
            }
            flags[at] |= WEIGHTED;
            trees.value[at] = value;
        }
        readTarget();
    }

    private void readTarget() throws IOException, ForestException {
        hasTarget = targetTree.advance();
        if (hasTarget) {
            nextTargetTree = targetTree.integer();
        }
    }

    /** Sorts the keys of a tree, which almost always are sorted already. */
    private void order(int start, int end) {
        for (int i = start + 1; i < end; i++) {
            if (keys[i - 1] > keys[i]) {
                Arrays.sort(keys, start, end);
                return;
            }
        }
    }

    private int child(int start, int end, int node) throws ForestException {
        int at = find(start, end, node);
        if (at == start || (flags[at] & CHILD) != 0) {
            throw new ForestException(
                    "has a node that is the child of several others, or a root that is a child");
        }
        flags[at] |= CHILD;
        return at;
    }

    /** Returns the position of a node, by its ID, in the tree between two positions. */
    private int find(int start, int end, int node) throws ForestException {
        int low = start;
        int high = end - 1;
        int guess = node >= 0 && node < end - start ? start + node : low + (high - low) / 2;
        while (low <= high) {
            int key = (int) (keys[guess] >>> Integer.SIZE);
            if (key == node) {
                return (int) keys[guess];
            }
            if (key < node) {
                low = guess + 1;
            } else {
                high = guess - 1;
            }
            guess = low + (high - low) / 2;
        }
        throw new ForestException("has no node " + node + " in a tree that refers to it");
    }

    private void check(int start, int end) throws ForestException {
        for (int i = start; i < end; i++) {
            if (i != start && (flags[i] & CHILD) == 0) {
                throw new ForestException("has a node that is the child of no other");
            }
            if (trees.mode[i] == TreeArrays.LEAF && (flags[i] & WEIGHTED) == 0) {
                throw new ForestException("has a leaf without a weight in the order of the trees");
            }
        }
    }

    private byte mode(int length) throws ForestException {
        if (isName(LEAF, length)) {
            return TreeArrays.LEAF;
        }
        for (int i = 0; i < MODES.size(); i++) {
            if (isName(MODES.get(i), length)) {
                return (byte) i;
            }
        }
        throw new ForestException(
                "has nodes_modes " + new String(name, 0, length, StandardCharsets.US_ASCII));
    }

    private boolean isName(byte[] mode, int length) {
        return Arrays.equals(mode, 0, mode.length, name, 0, length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int index(long value) throws ForestException {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new ForestException("has the id " + value + ", which is out of range");
        }
        return (int) value;
    }
}
