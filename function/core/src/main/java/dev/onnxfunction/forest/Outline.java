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
                GraphNode node = GraphNode.read(file::read, in.message());
                if (node.is(TreeEnsembleRegressor.OPERATOR)) {
                    keepOfGraph(kept, start);
                    add(new ModelPart.Forest(regressor(node)));
                    kept = in.position();
                }
            } else {
                in.skip();
            }
            start = in.position();
        }
        keepOfGraph(kept, start);
    }

    private void keepOfGraph(long start, long end) throws ForestException {
        if (start < end) {
            add(new ModelPart.GraphFields(new ByteRange(start, end)));
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

    private TreeEnsembleRegressor regressor(GraphNode node) throws IOException, ForestException {
        if (node.inputs().size() != 1 || node.outputs().size() != 1) {
            throw ProtoReader.malformed();
        }
        Map<String, ByteRange> attributes = new HashMap<>();
        for (ByteRange range : node.attributes()) {
            if (attributes.put(name(range), range) != null || attributes.size() > MAX_ATTRIBUTES) {
                throw ProtoReader.malformed();
            }
        }
        return new TreeEnsembleRegressor(
                file, node.inputs().getFirst(), node.outputs().getFirst(), attributes);
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
}
