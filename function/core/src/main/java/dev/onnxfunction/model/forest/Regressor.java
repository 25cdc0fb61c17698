package dev.onnxfunction.model.forest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Set;

/**
 * A node {@code TreeEnsembleRegressor}, as <a
 * href="https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html">versions 1 and 3
 * of the operator</a> define it. Its large attributes stay in the file.
 *
 * @param input name of its input, [N, k]
 * @param output name of its output, [N, 1]
 * @param attributes where they are in the file, by name
 */
record Regressor(FileChannel file, String input, String output, Map<String, Range> attributes) {

    static final String OPERATOR = "TreeEnsembleRegressor";

    private static final String IN_TENSOR = "_as_tensor";

    private static final Set<String> KNOWN =
            Set.of(
                    "n_targets",
                    "post_transform",
                    "aggregate_function",
                    "base_values",
                    "base_values_as_tensor",
                    "nodes_treeids",
                    "nodes_nodeids",
                    "nodes_featureids",
                    "nodes_modes",
                    "nodes_values",
                    "nodes_values_as_tensor",
                    "nodes_truenodeids",
                    "nodes_falsenodeids",
                    "nodes_missing_value_tracks_true",
                    "nodes_hitrates",
                    "nodes_hitrates_as_tensor",
                    "target_treeids",
                    "target_nodeids",
                    "target_ids",
                    "target_weights",
                    "target_weights_as_tensor");

    /** How many bytes of the file they take. */
    long size() {
        return attributes.values().stream().mapToLong(Range::length).sum();
    }

    /**
     * How the trees are joined.
     *
     * @throws ForestException for several targets, a transform, and attributes that are unknown
     */
    Aggregate aggregate() throws IOException, ForestException {
        for (String name : attributes.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new ForestException("has an attribute " + name);
            }
        }
        long targets = integer("n_targets");
        if (targets != 1) {
            throw new ForestException("has " + targets + " targets");
        }
        String transform = text("post_transform", "NONE");
        if (!transform.equals("NONE")) {
            throw new ForestException("has post_transform " + transform);
        }
        return Aggregate.of(text("aggregate_function", "SUM"));
    }

    /** What is added to what the trees give. */
    double base(Precision precision) throws IOException, ForestException {
        Column values = findNumbers("base_values", precision);
        if (values == null || !values.advance()) {
            return 0;
        }
        double base = values.number();
        if (values.advance()) {
            throw new ForestException("has several base values");
        }
        return base;
    }

    Column integers(String name) throws ForestException {
        return Column.integers(file, range(name));
    }

    /** Integers that may be left out. */
    @Nullable Column findIntegers(String name) {
        Range range = attributes.get(name);
        return range == null ? null : Column.integers(file, range);
    }

    Column texts(String name) throws ForestException {
        return Column.texts(file, range(name));
    }

    /** Floats, or a tensor of the type that the node computes in. */
    Column numbers(String name, Precision precision) throws IOException, ForestException {
        Column numbers = findNumbers(name, precision);
        if (numbers == null) {
            throw missing(name);
        }
        return numbers;
    }

    private @Nullable Column findNumbers(String name, Precision precision)
            throws IOException, ForestException {
        Range floats = attributes.get(name);
        Range tensor = attributes.get(name + IN_TENSOR);
        if (floats != null && tensor != null) {
            throw new ForestException("has " + name + " twice");
        }
        if (tensor != null) {
            return Column.tensor(file, tensor(tensor), precision);
        }
        return floats == null ? null : Column.floats(file, floats);
    }

    private Range tensor(Range attribute) throws IOException, ForestException {
        Range tensor = null;
        ProtoReader in = new ProtoReader(file, attribute);
        while (in.nextField()) {
            if (in.is(Onnx.ATTRIBUTE_TENSOR, ProtoReader.BYTES) && tensor == null) {
                tensor = in.message();
            } else if (in.field() == Onnx.ATTRIBUTE_TYPE) {
                checkType(in.number(), Onnx.TYPE_TENSOR);
            } else {
                in.skip();
            }
        }
        if (tensor == null) {
            throw ProtoReader.malformed();
        }
        return tensor;
    }

    private long integer(String name) throws IOException, ForestException {
        long value = 0;
        ProtoReader in = new ProtoReader(file, range(name));
        while (in.nextField()) {
            switch (in.field()) {
                case Onnx.ATTRIBUTE_INT -> value = in.number();
                case Onnx.ATTRIBUTE_TYPE -> checkType(in.number(), Onnx.TYPE_INT);
                default -> in.skip();
            }
        }
        return value;
    }

    private String text(String name, String byDefault) throws IOException, ForestException {
        Range range = attributes.get(name);
        if (range == null) {
            return byDefault;
        }
        String value = "";
        ProtoReader in = new ProtoReader(file, range);
        while (in.nextField()) {
            switch (in.field()) {
                case Onnx.ATTRIBUTE_TEXT -> value = in.text();
                case Onnx.ATTRIBUTE_TYPE -> checkType(in.number(), Onnx.TYPE_TEXT);
                default -> in.skip();
            }
        }
        return value;
    }

    private static void checkType(long found, int expected) throws ForestException {
        if (found != expected) {
            throw new ForestException("has an attribute of another type than expected");
        }
    }

    private Range range(String name) throws ForestException {
        Range range = attributes.get(name);
        if (range == null) {
            throw missing(name);
        }
        return range;
    }

    private static ForestException missing(String name) {
        return new ForestException("has no " + name);
    }
}
