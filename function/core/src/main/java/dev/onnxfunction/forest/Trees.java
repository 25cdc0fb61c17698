package dev.onnxfunction.forest;

/**
 * Some trees of an ensemble: arrays with an element per node, where the nodes of a tree are
 * adjacent. They are reused for each part of the ensemble, which creates almost no garbage.
 */
final class Trees {

    /** Mode of a leaf; branches have the numbers of {@code nodes_modes} of {@code TreeEnsemble}. */
    static final byte LEAF = -1;

    /** Numbers of trees and nodes. */
    int trees;

    int nodes;

    /** Position of the first node of each tree, its root. */
    int[] root = {};

    byte[] mode = {};
    int[] feature = {};

    /** Threshold of a branch, or weight of a leaf. */
    double[] value = {};

    /** Whether a branch sends NaN to the true side. */
    boolean[] nanTrue = {};

    /** Positions of the nodes on the true and the false side of a branch. */
    int[] yes = {};

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
