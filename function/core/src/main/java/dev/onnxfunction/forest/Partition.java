package dev.onnxfunction.forest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The split of an ensemble into parts. While ONNX Runtime creates a graph node, it holds its data
 * several times, so each part has only about {@code size} tree nodes.
 *
 * @param trees number of trees, at least 1
 * @param nodes total number of tree nodes
 */
record Partition(List<Part> parts, long trees, long nodes) {

    /**
     * Maximum nodes of a tree: the memory grows with the largest tree, and a file must not be able
     * to exhaust it.
     */
    private static final int LARGEST_TREE = 1 << 20;

    /**
     * Whole trees: all that begin within {@code size} nodes.
     *
     * @param trees number of trees, at least 1
     * @param nodes total number of their nodes
     */
    record Part(int trees, int nodes) {}

    static Partition of(Regressor regressor, int size) throws IOException, ForestException {
        AttributeReader ids = regressor.integers("nodes_treeids");
        List<Part> parts = new ArrayList<>();
        long tree = ids.require().integer();
        long allTrees = 0;
        long allNodes = 0;
        int trees = 0;
        int before = 0;
        int nodes = 1;
        boolean more = true;
        while (more) {
            more = ids.advance();
            long next = more ? ids.integer() : tree;
            if (more && next == tree) {
                nodes++;
                if (nodes > LARGEST_TREE) {
                    throw new ForestException("has a tree of more than a million nodes");
                }
            } else {
                if (more && next < tree) {
                    throw new ForestException("has trees in another order than that of their ids");
                }
                if (trees > 0 && before + nodes > size) {
                    parts.add(new Part(trees, before));
                    allTrees += trees;
                    allNodes += before;
                    trees = 0;
                    before = 0;
                }
                trees++;
                before += nodes;
                tree = next;
                nodes = 1;
            }
        }
        parts.add(new Part(trees, before));
        return new Partition(parts, allTrees + trees, allNodes + before);
    }
}
