package dev.onnxfunction.forest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Set;

/**
 * A node {@code TreeEnsembleRegressor}, as <a
 * href="https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html">versions 1 and 3
 * of the operator</a> define it. Its attributes stay in the file.
 *
 * @param input name of its input, [N, k]
 * @param output name of its output, [N, 1]
 * @param attributes ranges of the attributes in the file, by name
 */
record TreeEnsembleRegressor(
        FileChannel file, String input, String output, Map<String, ByteRange> attributes) {

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

    /** Number of bytes of the file that the attributes take. */
    long size() {
        return attributes.values().stream().mapToLong(ByteRange::length).sum();
    }

    /**
     * The function that combines the trees.
     *
     * @throws ForestException if there are several targets, a transform, or unknown attributes
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

    /** The base value, which is added to the result of the trees; 0 if there is none. */
    double base(Precision precision) throws IOException, ForestException {
        AttributeReader values = findNumbers("base_values", precision);
        if (values == null || !values.advance()) {
            return 0;
        }
        double base = values.number();
        if (values.advance()) {
            throw new ForestException("has several base values");
        }
        return base;
    }

    AttributeReader integers(String name) throws ForestException {
        return AttributeReader.integers(file, range(name));
    }

    /** Reads integers; null if the attribute is absent. */
    @Nullable AttributeReader findIntegers(String name) {
        ByteRange range = attributes.get(name);
        return range == null ? null : AttributeReader.integers(file, range);
    }

    AttributeReader texts(String name) throws ForestException {
        return AttributeReader.texts(file, range(name));
    }

    /** Reads floats, or a tensor of the type that the forest computes in. */
    AttributeReader numbers(String name, Precision precision) throws IOException, ForestException {
        AttributeReader numbers = findNumbers(name, precision);
        if (numbers == null) {
            throw missing(name);
        }
        return numbers;
    }

    private @Nullable AttributeReader findNumbers(String name, Precision precision)
            throws IOException, ForestException {
        ByteRange floats = attributes.get(name);
        ByteRange tensor = attributes.get(name + IN_TENSOR);
        if (floats != null && tensor != null) {
            throw new ForestException("has " + name + " twice");
        }
        if (tensor != null) {
            return AttributeReader.tensor(file, tensor(tensor), precision);
        }
        return floats == null ? null : AttributeReader.floats(file, floats);
    }

    private ByteRange tensor(ByteRange attribute) throws IOException, ForestException {
        ByteRange tensor = null;
        ProtoReader in = new ProtoReader(file, attribute);
        while (in.nextField()) {
            if (in.is(OnnxFields.ATTRIBUTE_TENSOR, ProtoReader.BYTES) && tensor == null) {
                tensor = in.message();
            } else if (in.field() == OnnxFields.ATTRIBUTE_TYPE) {
                checkType(in.number(), OnnxFields.TYPE_TENSOR);
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
                case OnnxFields.ATTRIBUTE_INT -> value = in.number();
                case OnnxFields.ATTRIBUTE_TYPE -> checkType(in.number(), OnnxFields.TYPE_INT);
                default -> in.skip();
            }
        }
        return value;
    }

    private String text(String name, String byDefault) throws IOException, ForestException {
        ByteRange range = attributes.get(name);
        if (range == null) {
            return byDefault;
        }
        String value = "";
        ProtoReader in = new ProtoReader(file, range);
        while (in.nextField()) {
            switch (in.field()) {
                case OnnxFields.ATTRIBUTE_TEXT -> value = in.text();
                case OnnxFields.ATTRIBUTE_TYPE -> checkType(in.number(), OnnxFields.TYPE_TEXT);
                default -> in.skip();
            }
        }
        return value;
    }

    private static void checkType(long found, int expected) throws ForestException {
        if (found != expected) {
            throw new ForestException("has an attribute of an unexpected type");
        }
    }

    private ByteRange range(String name) throws ForestException {
        ByteRange range = attributes.get(name);
        if (range == null) {
            throw missing(name);
        }
        return range;
    }

    private static ForestException missing(String name) {
        return new ForestException("has no " + name);
    }
}
