package dev.onnxfunction.forest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parts of a model file in their order. Only their positions are held in memory. */
final class Outline {

    /** Maximum parts; no real file has more. */
    private static final int MAX_PARTS = 10_000;

    private static final int MAX_ATTRIBUTES = 100;

    private final FileChannel file;
    private final List<ModelPart> parts = new ArrayList<>();

    private Outline(FileChannel file) {
        this.file = file;
    }

    /**
     * Finds the parts of a file.
     *
     * @throws ForestException if it is not an ONNX model
     */
    static Outline of(FileChannel file) throws IOException, ForestException {
        Outline outline = new Outline(file);
        outline.readModel(new ByteRange(0, file.size()));
        return outline;
    }

    List<ModelPart> parts() {
        return parts;
    }

    List<TreeEnsembleRegressor> regressors() {
        List<TreeEnsembleRegressor> regressors = new ArrayList<>();
        for (ModelPart part : parts) {
            if (part instanceof ModelPart.Forest forest) {
                regressors.add(forest.regressor());
            }
        }
        return regressors;
    }

    /** Number of bytes of the file that the forests take. */
    long sizeOfForests() {
        return regressors().stream().mapToLong(TreeEnsembleRegressor::size).sum();
    }

    /**
     * Checks that everything except the forests works with a newer version of {@code ai.onnx.ml}.
     *
     * @throws ForestException if it does not, or if that is unknown
     */
    void checkRest() throws IOException, ForestException {
        long version = 0;
        for (ModelPart part : parts) {
            switch (part) {
                case ModelPart.MlOpset opset -> version = opset.version();
                case ModelPart.Fields fields -> checkFields(fields.range());
                case ModelPart.GraphFields _, ModelPart.Forest _ -> {}
            }
        }
        for (ModelPart part : parts) {
            if (part instanceof ModelPart.GraphFields fields) {
                checkNodes(fields.range(), version);
            }
        }
    }

    private void readModel(ByteRange range) throws IOException, ForestException {
        ProtoReader in = new ProtoReader(file, range);
        long kept = range.start();
        long start = kept;
        while (in.nextField()) {
            if (in.is(OnnxFields.MODEL_GRAPH, ProtoReader.BYTES)) {
                keep(kept, start);
                readGraph(in.message());
                kept = in.position();
            } else if (in.is(OnnxFields.MODEL_OPSET, ProtoReader.BYTES)) {
                long version = mlVersion(in.message());
                if (version > 0) {
                    keep(kept, start);
                    kept = in.position();
                    add(new ModelPart.MlOpset(new ByteRange(start, kept), version));
                }
            } else {
                in.skip();
            }
            start = in.position();
        }
        keep(kept, start);
    }

    private void keep(long start, long end) throws ForestException {
        if (start < end) {
            add(new ModelPart.Fields(new ByteRange(start, end)));
        }
    }

    private void readGraph(ByteRange range) throws IOException, ForestException {
        ProtoReader in = new ProtoReader(file, range);
        long kept = range.start();
        long start = kept;
        while (in.nextField()) {
            if (in.is(OnnxFields.GRAPH_NODE, ProtoReader.BYTES)) {
                Node node = node(in.message());
                if (node.is(TreeEnsembleRegressor.OPERATOR)) {
                    if (kept < start) {
                        add(new ModelPart.GraphFields(new ByteRange(kept, start)));
                    }
                    add(new ModelPart.Forest(regressor(node)));
                    kept = in.position();
                }
            } else {
                in.skip();
            }
            start = in.position();
        }
        if (kept < start) {
            add(new ModelPart.GraphFields(new ByteRange(kept, start)));
        }
    }

    private void add(ModelPart part) throws ForestException {
        if (parts.size() == MAX_PARTS) {
            throw new ForestException("has more than " + MAX_PARTS + " parts");
        }
        parts.add(part);
    }

    /** Returns the version of {@code ai.onnx.ml}; 0 if this is another operator set. */
    private long mlVersion(ByteRange opset) throws IOException, ForestException {
        String domain = "";
        long version = 0;
        ProtoReader in = new ProtoReader(file, opset);
        while (in.nextField()) {
            switch (in.field()) {
                case OnnxFields.OPSET_DOMAIN -> domain = in.text();
                case OnnxFields.OPSET_VERSION -> version = in.number();
                default -> in.skip();
            }
        }
        return domain.equals(OnnxFields.ML) ? version : 0;
    }

    private Node node(ByteRange range) throws IOException, ForestException {
        Node node = new Node();
        ProtoReader in = new ProtoReader(file, range);
        while (in.nextField()) {
            switch (in.field()) {
                case OnnxFields.NODE_INPUT -> node.inputs.add(in.text());
                case OnnxFields.NODE_OUTPUT -> node.outputs.add(in.text());
                case OnnxFields.NODE_OPERATOR -> node.operator = in.text();
                case OnnxFields.NODE_DOMAIN -> node.domain = in.text();
                case OnnxFields.NODE_ATTRIBUTE -> node.attributes.add(in.message());
                default -> in.skip();
            }
        }
        return node;
    }

    private TreeEnsembleRegressor regressor(Node node) throws IOException, ForestException {
        if (node.inputs.size() != 1 || node.outputs.size() != 1) {
            throw ProtoReader.malformed();
        }
        Map<String, ByteRange> attributes = new HashMap<>();
        for (ByteRange range : node.attributes) {
            if (attributes.put(name(range), range) != null || attributes.size() > MAX_ATTRIBUTES) {
                throw ProtoReader.malformed();
            }
        }
        return new TreeEnsembleRegressor(
                file, node.inputs.getFirst(), node.outputs.getFirst(), attributes);
    }

    /** Returns the name of an attribute, which exporters write first. */
    private String name(ByteRange attribute) throws IOException, ForestException {
        ProtoReader in = new ProtoReader(file, attribute);
        while (in.nextField()) {
            if (in.field() == OnnxFields.ATTRIBUTE_NAME) {
                return in.text();
            }
            in.skip();
        }
        throw ProtoReader.malformed();
    }

    private void checkFields(ByteRange range) throws IOException, ForestException {
        ProtoReader in = new ProtoReader(file, range);
        while (in.nextField()) {
            if (in.field() == OnnxFields.MODEL_FUNCTION) {
                throw new ForestException("is beside functions");
            }
            in.skip();
        }
    }

    private void checkNodes(ByteRange range, long version) throws IOException, ForestException {
        ProtoReader in = new ProtoReader(file, range);
        while (in.nextField()) {
            if (!in.is(OnnxFields.GRAPH_NODE, ProtoReader.BYTES)) {
                in.skip();
                continue;
            }
            Node node = node(in.message());
            // The only two that are incompatible; LabelEncoder only before version 2.
            if (node.is("TreeEnsembleClassifier") || (node.is("LabelEncoder") && version < 2)) {
                throw new ForestException(
                        "is beside a "
                                + node.operator
                                + ", which newer versions of ai.onnx.ml define differently");
            }
            for (ByteRange attribute : node.attributes) {
                checkAttribute(attribute);
            }
        }
    }

    private void checkAttribute(ByteRange range) throws IOException, ForestException {
        ProtoReader in = new ProtoReader(file, range);
        while (in.nextField()) {
            if (in.field() == OnnxFields.ATTRIBUTE_GRAPH
                    || in.field() == OnnxFields.ATTRIBUTE_GRAPHS) {
                throw new ForestException("is beside a node with a graph of its own");
            }
            in.skip();
        }
    }

    /** The fields of a {@code NodeProto} that are used here. */
    private static final class Node {

        private final List<String> inputs = new ArrayList<>();
        private final List<String> outputs = new ArrayList<>();
        private final List<ByteRange> attributes = new ArrayList<>();
        private String operator = "";
        private String domain = "";

        boolean is(String mlOperator) {
            return domain.equals(OnnxFields.ML) && operator.equals(mlOperator);
        }
    }
}
