package dev.onnxfunction.forest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How an ensemble is split: while ONNX Runtime creates a node, it holds it several times over, so
 * nodes have about as many trees as make {@code size} nodes.
 *
 * @param trees how many trees there are, 1 or more
 * @param nodes how many nodes they have together
 */
record Partition(List<Part> parts, long trees, long nodes) {

    /** What is held of a tree grows with it, and no file may make it grow without bound. */
    private static final int LARGEST_TREE = 1 << 20;

    /**
     * Whole trees, as many as begin within {@code size} nodes.
     *
     * @param trees how many, 1 or more
     * @param nodes of all of them
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
