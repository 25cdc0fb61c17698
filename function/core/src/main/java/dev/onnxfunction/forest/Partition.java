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
        TreeSizes sizes = new TreeSizes(regressor.integers("nodes_treeids"));
        List<Part> parts = new ArrayList<>();
        long allTrees = 0;
        long allNodes = 0;
        int trees = 0;
        int nodes = 0;
        for (int tree = sizes.next(); tree > 0; tree = sizes.next()) {
            if (trees > 0 && nodes + tree > size) {
                parts.add(new Part(trees, nodes));
                trees = 0;
                nodes = 0;
            }
            trees++;
            nodes += tree;
            allTrees++;
            allNodes += tree;
        }
        parts.add(new Part(trees, nodes));
        return new Partition(parts, allTrees, allNodes);
    }

    /** Reads the numbers of nodes of the trees, from the ID of the tree of each node. */
    private static final class TreeSizes {

        private final AttributeReader ids;

        /** ID of the next tree. */
        private long tree;

        /** Whether there is another tree. */
        private boolean more = true;

        TreeSizes(AttributeReader ids) throws IOException, ForestException {
            this.ids = ids;
            this.tree = ids.require().integer();
        }

        /** Returns the number of nodes of the next tree; 0 after the last one. */
        int next() throws IOException, ForestException {
            if (!more) {
                return 0;
            }
            long current = tree;
            int nodes = 0;
            while (more && tree == current) {
                nodes++;
                if (nodes > MAX_TREE_NODES) {
                    throw new ForestException("has a tree of more than a million nodes");
                }
                more = ids.advance();
                tree = more ? ids.integer() : tree;
            }
            if (tree < current) {
                throw new ForestException("has trees that are not in the order of their ids");
            }
            return nodes;
        }
    }
}
