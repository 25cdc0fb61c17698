package dev.onnxfunction.forest;

import dev.onnxfunction.testing.OnnxGraph.Attribute;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The attributes of a TreeEnsembleRegressor of random trees, in the forms that exporters write. */
final class RandomTrees {

    static final int COLUMNS = 3;

    private final Random random = new Random(1);
    private final List<Node> nodes = new ArrayList<>();
    private final List<Weight> weights = new ArrayList<>();
    private final Map<String, Attribute> others = new LinkedHashMap<>();
    private final String[] modes;
    private boolean doubles;
    private boolean packed;
    private double base;

    /**
     * @param modes of the branches
     * @param depths of the trees
     */
    RandomTrees(String[] modes, int... depths) {
        this.modes = modes;
        for (int tree = 0; tree < depths.length; tree++) {
            grow(tree, nodes.size(), depths[tree]);
        }
        with(Attribute.of("n_targets", 1));
    }

    RandomTrees(int... depths) {
        this(new String[] {"BRANCH_LEQ"}, depths);
    }

    /** Adds an attribute, or overrides one. */
    RandomTrees with(Attribute attribute) {
        others.put(attribute.name(), attribute);
        return this;
    }

    /** Writes numbers as tensors of doubles. */
    RandomTrees doubles() {
        doubles = true;
        return this;
    }

    RandomTrees packed() {
        packed = true;
        return this;
    }

    /** Makes this share of the branches send NaN to the true side. */
    RandomTrees nanTrue(double share) {
        long[] tracks = new long[nodes.size()];
        for (int i = 0; i < tracks.length; i++) {
            tracks[i] = random.nextDouble() < share ? 1 : 0;
        }
        return with(Attribute.longs("nodes_missing_value_tracks_true", tracks));
    }

    /**
     * The nodes of each tree numbered at random and listed at random but for the root, which is
     * first; its weights listed at random.
     *
     * @param step 2 or more leaves gaps in the numbers
     */
    RandomTrees shuffled(int step) {
        for (int start = 0; start < nodes.size(); ) {
            long tree = nodes.get(start).tree;
            int end = start;
            while (end < nodes.size() && nodes.get(end).tree == tree) {
                end++;
            }
            shuffle(tree, nodes.subList(start, end), step);
            start = end;
        }
        return this;
    }

    boolean hasBase() {
        return base != 0;
    }

    long trees() {
        return nodes.getLast().tree + 1;
    }

    int nodes() {
        return nodes.size();
    }

    Attribute[] attributes() {
        Map<String, Attribute> all = new LinkedHashMap<>();
        List<Attribute> columns = new ArrayList<>();
        columns.add(longs("nodes_treeids", nodes.stream().mapToLong(n -> n.tree).toArray()));
        columns.add(longs("nodes_nodeids", nodes.stream().mapToLong(n -> n.id).toArray()));
        columns.add(longs("nodes_featureids", nodes.stream().mapToLong(n -> n.feature).toArray()));
        columns.add(longs("nodes_truenodeids", nodes.stream().mapToLong(n -> n.yes).toArray()));
        columns.add(longs("nodes_falsenodeids", nodes.stream().mapToLong(n -> n.no).toArray()));
        columns.add(numbers("nodes_values", nodes.stream().mapToDouble(n -> n.split).toArray()));
        columns.add(
                Attribute.strings(
                        "nodes_modes", nodes.stream().map(n -> n.mode).toArray(String[]::new)));
        columns.add(longs("target_treeids", weights.stream().mapToLong(w -> w.tree).toArray()));
        columns.add(longs("target_nodeids", weights.stream().mapToLong(w -> w.node).toArray()));
        columns.add(longs("target_ids", new long[weights.size()]));
        columns.add(
                numbers("target_weights", weights.stream().mapToDouble(w -> w.value).toArray()));
        if (base != 0) {
            columns.add(numbers("base_values", new double[] {base}));
        }
        columns.forEach(column -> all.put(column.name(), column));
        all.putAll(others);
        return all.values().toArray(Attribute[]::new);
    }

    /** Returns the base value as a float, or as a tensor of one double. */
    RandomTrees base(double value) {
        base = value;
        return this;
    }

    private Attribute longs(String name, long[] values) {
        return packed ? Attribute.packedLongs(name, values) : Attribute.longs(name, values);
    }

    private Attribute numbers(String name, double[] values) {
        if (doubles) {
            return Attribute.doubles(name + "_as_tensor", values);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return Attribute.floats(name, floats);
    }

    private long grow(int tree, int first, int depth) {
        Node node = new Node();
        node.tree = tree;
        node.id = (long) nodes.size() - first;
        nodes.add(node);
        if (depth == 0) {
            Weight weight = new Weight();
            weight.tree = tree;
            weight.node = node.id;
            weight.value = random.nextGaussian();
            weights.add(weight);
        } else {
            node.mode = modes[random.nextInt(modes.length)];
            node.feature = random.nextInt(COLUMNS);
            // Thresholds that a float cannot hold exactly, and that occur repeatedly.
            node.split = random.nextInt(-20, 21) / 10.0;
            boolean deepFirst = random.nextBoolean();
            int shallow = random.nextInt(depth);
            node.yes = grow(tree, first, deepFirst ? depth - 1 : shallow);
            node.no = grow(tree, first, deepFirst ? shallow : depth - 1);
        }
        return node.id;
    }

    private void shuffle(long tree, List<Node> own, long step) {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
            ids.add(step * i);
        }
        Collections.shuffle(ids, random);
        for (Node node : own) {
            node.id = ids.get((int) node.id);
            if (!node.mode.equals("LEAF")) {
                node.yes = ids.get((int) node.yes);
                node.no = ids.get((int) node.no);
            }
        }
        Collections.shuffle(own.subList(1, own.size()), random);
        List<Weight> ofTree = new ArrayList<>();
        int first = -1;
        for (int i = 0; i < weights.size(); i++) {
            if (weights.get(i).tree == tree) {
                weights.get(i).node = ids.get((int) weights.get(i).node);
                ofTree.add(weights.get(i));
                first = first < 0 ? i : first;
            }
        }
        Collections.shuffle(weights.subList(first, first + ofTree.size()), random);
    }

    private static final class Node {
        private long tree;
        private long id;
        private String mode = "LEAF";
        private long feature;
        private double split;
        private long yes;
        private long no;
    }

    private static final class Weight {
        private long tree;
        private long node;
        private double value;
    }
}
