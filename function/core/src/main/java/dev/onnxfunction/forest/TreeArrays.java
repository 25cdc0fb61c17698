package dev.onnxfunction.forest;

/**
 * Some trees of an ensemble, as arrays with one element for each node; the nodes of a tree are side
 * by side. The arrays are reused for each part of the ensemble, which avoids garbage.
 */
final class TreeArrays {

    /** The mode of a leaf; a branch has that of {@code nodes_modes} in {@code TreeEnsemble}. */
    static final byte LEAF = -1;

    /** Number of trees. */
    int trees;

    /** Number of nodes of all trees. */
    int nodes;

    /** Position of the first node of each tree, its root. */
    int[] root = {};

    byte[] mode = {};
    int[] feature = {};

    /** The threshold of a branch, or the weight of a leaf. */
    double[] value = {};

    /** Whether NaN follows the true side of a branch. */
    boolean[] nanTrue = {};

    /** Position of the node on the true side of a branch. */
    int[] yes = {};

    /** Position of the node on the false side of a branch. */
    int[] no = {};

    void reset(int treeCount, int nodeCount) {
        trees = treeCount;
        nodes = nodeCount;
        if (root.length < treeCount) {
            root = new int[treeCount];
        }
        if (mode.length < nodeCount) {
            mode = new byte[nodeCount];
            feature = new int[nodeCount];
            value = new double[nodeCount];
            nanTrue = new boolean[nodeCount];
            yes = new int[nodeCount];
            no = new int[nodeCount];
        }
    }
}
