package dev.onnxfunction.forest;

import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Writes trees as a node {@code TreeEnsemble}, as <a
 * href="https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html">version 5 of the operators
 * for machine learning</a> defines it: branches and leaves are numbered separately.
 *
 * <p>A tree that is a single leaf becomes a branch with two copies of this leaf. One copy is not
 * enough, because ONNX Runtime takes a branch whose sides are the same leaf for the leaf with the
 * branch's number.
 */
final class TreeEnsembleWriter {

    /** Name of the node's input. */
    static final String INPUT = "X";

    /** Name of the node's output. */
    static final String OUTPUT = "Y";

    private static final String OPERATOR = "TreeEnsemble";

    private final Precision precision;
    private final Aggregate aggregate;
    private final ProtoWriter node = new ProtoWriter();
    private final ProtoWriter attribute = new ProtoWriter();
    private final ProtoWriter tensor = new ProtoWriter();
    private final ProtoWriter values = new ProtoWriter();

    /** The number of each node among the branches, or among the leaves. */
    private int[] number = {};

    TreeEnsembleWriter(Precision precision, Aggregate aggregate) {
        this.precision = precision;
        this.aggregate = aggregate;
    }

    /** Returns the trees as a {@code NodeProto}. The next call overwrites it. */
    ProtoWriter write(TreeArrays trees) {
        int branches = count(trees);
        node.clear()
                .text(OnnxFields.NODE_INPUT, INPUT)
                .text(OnnxFields.NODE_OUTPUT, OUTPUT)
                .text(OnnxFields.NODE_OPERATOR, OPERATOR)
                .text(OnnxFields.NODE_DOMAIN, OnnxFields.ML);
        integer("n_targets", 1);
        integer("aggregate_function", aggregate.ofPart);
        new Attributes(trees, branches).write();
        return node;
    }

    /** Numbers branches and leaves, and returns the number of branches. */
    private int count(TreeArrays trees) {
        if (number.length < trees.nodes) {
            number = new int[trees.nodes];
        }
        int branches = 0;
        int leaves = 0;
        for (int i = 0; i < trees.nodes; i++) {
            number[i] = trees.mode[i] == TreeArrays.LEAF ? leaves++ : branches++;
        }
        return branches;
    }

    private void integer(String name, long value) {
        attribute(name, OnnxFields.TYPE_INT).number(OnnxFields.ATTRIBUTE_INT, value);
        node.message(OnnxFields.NODE_ATTRIBUTE, attribute);
    }

    private void integers(String name) {
        attribute(name, OnnxFields.TYPE_INTS).message(OnnxFields.ATTRIBUTE_INTS, values);
        node.message(OnnxFields.NODE_ATTRIBUTE, attribute);
    }

    private void tensor(String name, int count, int dataType) {
        tensor.clear()
                .number(OnnxFields.TENSOR_SIZE, count)
                .number(OnnxFields.TENSOR_TYPE, dataType)
                .text(OnnxFields.TENSOR_NAME, name)
                .message(OnnxFields.TENSOR_RAW, values);
        attribute(name, OnnxFields.TYPE_TENSOR).message(OnnxFields.ATTRIBUTE_TENSOR, tensor);
        node.message(OnnxFields.NODE_ATTRIBUTE, attribute);
    }

    private ProtoWriter attribute(String name, int type) {
        return attribute
                .clear()
                .text(OnnxFields.ATTRIBUTE_NAME, name)
                .number(OnnxFields.ATTRIBUTE_TYPE, type);
    }

    /** The large attributes of a node. */
    private final class Attributes {

        private final TreeArrays trees;
        private final int branches;
        private final int leaves;

        /** Number of trees that are a single leaf. */
        private int lone;

        /** Mode of the branches of these trees: that of another branch, if there is one. */
        private int loneMode;

        Attributes(TreeArrays trees, int branches) {
            this.trees = trees;
            this.branches = branches;
            this.leaves = trees.nodes - branches;
            forEachLone(_ -> lone++);
            for (int i = 0; i < trees.nodes; i++) {
                if (!isLeaf(i)) {
                    loneMode = trees.mode[i];
                    break;
                }
            }
        }

        void write() {
            writeRoots();
            ofBranches(i -> values.varint(trees.feature[i]), _ -> values.varint(0));
            integers("nodes_featureids");
            ofBranches(i -> values.octet(trees.mode[i]), _ -> values.octet(loneMode));
            tensor("nodes_modes", branches + lone, OnnxFields.UINT8);
            ofBranches(i -> values.raw(trees.value[i], precision), _ -> values.raw(0, precision));
            tensor("nodes_splits", branches + lone, precision.dataType);
            writeSide("true", trees.yes, i -> number[i]);
            IntUnaryOperator twin = twins();
            writeSide("false", trees.no, twin);
            writeNanTrue();
            writeLeaves();
        }

        private void writeRoots() {
            values.clear();
            int lonely = branches;
            for (int tree = 0; tree < trees.trees; tree++) {
                int at = trees.root[tree];
                values.varint(isLeaf(at) ? lonely++ : number[at]);
            }
            integers("tree_roots");
        }

        private void writeSide(String side, int[] child, IntUnaryOperator lonelySide) {
            ofBranches(
                    i -> values.varint(number[child[i]]),
                    i -> values.varint(lonelySide.applyAsInt(i)));
            integers("nodes_" + side + "nodeids");
            ofBranches(i -> values.varint(isLeaf(child[i]) ? 1 : 0), _ -> values.varint(1));
            integers("nodes_" + side + "leafs");
        }

        /** Returns the numbers of the second copies of single leaves, one after the other. */
        private IntUnaryOperator twins() {
            int[] next = {leaves};
            return _ -> next[0]++;
        }

        private void writeNanTrue() {
            IntPredicate tracked = i -> !isLeaf(i) && trees.nanTrue[i];
            boolean any = false;
            for (int i = 0; i < trees.nodes && !any; i++) {
                any = tracked.test(i);
            }
            if (any) {
                ofBranches(i -> values.varint(trees.nanTrue[i] ? 1 : 0), _ -> values.varint(0));
                integers("nodes_missing_value_tracks_true");
            }
        }

        private void writeLeaves() {
            values.clear();
            for (int i = 0; i < leaves + lone; i++) {
                values.varint(0);
            }
            integers("leaf_targetids");
            values.clear();
            for (int i = 0; i < trees.nodes; i++) {
                if (isLeaf(i)) {
                    values.raw(trees.value[i], precision);
                }
            }
            forEachLone(i -> values.raw(trees.value[i], precision));
            tensor("leaf_weights", leaves + lone, precision.dataType);
        }

        private void ofBranches(IntConsumer branch, IntConsumer lonely) {
            values.clear();
            for (int i = 0; i < trees.nodes; i++) {
                if (!isLeaf(i)) {
                    branch.accept(i);
                }
            }
            forEachLone(lonely);
        }

        private void forEachLone(IntConsumer leaf) {
            for (int tree = 0; tree < trees.trees; tree++) {
                if (isLeaf(trees.root[tree])) {
                    leaf.accept(trees.root[tree]);
                }
            }
        }

        private boolean isLeaf(int at) {
            return trees.mode[at] == TreeArrays.LEAF;
        }
    }
}
