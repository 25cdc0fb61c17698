package dev.onnxfunction.forest;

/**
 * Some trees of an ensemble: arrays of one element per node, the nodes of a tree side by side. They
 * are filled again for each part of the ensemble, so that there is next to no garbage.
 */
final class Trees {

    /** How a branch compares, by {@code nodes_modes} of {@code TreeEnsemble}; or a leaf. */
    static final byte LEAF = -1;

    /** How many trees and nodes there are. */
    int trees;

    int nodes;

    /** Position of the first node of each tree, its root. */
    int[] root = {};

    byte[] mode = {};
    int[] feature = {};

    /** Of a branch what it compares with, of a leaf its weight. */
    double[] value = {};

    /** Whether NaN goes to the true side. */
    boolean[] nanTrue = {};

    /** Position of the node on either side of a branch. */
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
