package dev.onnxfunction.forest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts that an ensemble is split into. ONNX Runtime holds several copies of an operator while
 * it creates it, so smaller operators take less memory to load.
 *
 * @param trees number of trees, at least 1
 * @param nodes number of nodes of all trees
 */
record Partition(List<Part> parts, long trees, long nodes) {

    /** Maximum nodes of a tree, because a whole tree is held in memory. */
    private static final int MAX_TREE_NODES = 1 << 20;

    /**
     * Some whole trees.
     *
     * @param trees number of trees, at least 1
     * @param nodes number of their nodes
     */
    record Part(int trees, int nodes) {}

    /**
     * Splits an ensemble.
     *
     * @param size maximum nodes of a part, unless it is a single larger tree
     * @throws ForestException if a tree is too large, or the trees are not in the order of their
     *     IDs
     */
    static Partition of(TreeEnsembleRegressor regressor, int size)
            throws IOException, ForestException {
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
                if (nodes > MAX_TREE_NODES) {
                    throw new ForestException("has a tree of more than a million nodes");
                }
            } else {
                if (more && next < tree) {
                    throw new ForestException("has trees that are not in the order of their ids");
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
