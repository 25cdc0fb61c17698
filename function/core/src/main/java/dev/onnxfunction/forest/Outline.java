package dev.onnxfunction.forest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pieces of a model file; for large ones, only their position. */
final class Outline {

    /** Maximum pieces, because they are held in memory; no real file has more. */
    private static final int MOST_PIECES = 10_000;

    private static final int MOST_ATTRIBUTES = 100;

    private final FileChannel file;
    private final List<Piece> pieces = new ArrayList<>();

    private Outline(FileChannel file) {
        this.file = file;
    }

    /**
     * @throws ForestException if it is not a model
     */
    static Outline of(FileChannel file) throws IOException, ForestException {
        Outline outline = new Outline(file);
        outline.readModel(new ByteRange(0, file.size()));
        return outline;
    }

    List<Piece> pieces() {
        return pieces;
    }

    List<Regressor> regressors() {
        List<Regressor> regressors = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Forest forest) {
                regressors.add(forest.regressor());
            }
        }
        return regressors;
    }

    /** Returns the bytes of the forests in the file. */
    long sizeOfForests() {
        return regressors().stream().mapToLong(Regressor::size).sum();
    }

    /**
     * Checks that the rest of the model works with newer machine-learning operators.
     *
     * @throws ForestException if it does not, or if that is unknown
     */
    void checkRest() throws IOException, ForestException {
        long version = 0;
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.MlOpset opset -> version = opset.version();
                case Piece.Fields fields -> checkFields(fields.range());
                case Piece.GraphFields _, Piece.Forest _ -> {}
            }
        }
        for (Piece piece : pieces) {
            if (piece instanceof Piece.GraphFields fields) {
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
                    add(new Piece.MlOpset(new ByteRange(start, kept), version));
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
            add(new Piece.Fields(new ByteRange(start, end)));
        }
    }

    private void readGraph(ByteRange range) throws IOException, ForestException {
        ProtoReader in = new ProtoReader(file, range);
        long kept = range.start();
        long start = kept;
        while (in.nextField()) {
            if (in.is(OnnxFields.GRAPH_NODE, ProtoReader.BYTES)) {
                Node node = node(in.message());
                if (node.is(Regressor.OPERATOR)) {
                    if (kept < start) {
                        add(new Piece.GraphFields(new ByteRange(kept, start)));
                    }
                    add(new Piece.Forest(regressor(node)));
                    kept = in.position();
                }
            } else {
                in.skip();
            }
            start = in.position();
        }
        if (kept < start) {
            add(new Piece.GraphFields(new ByteRange(kept, start)));
        }
    }

    private void add(Piece piece) throws ForestException {
        if (pieces.size() == MOST_PIECES) {
            throw new ForestException("has more than " + MOST_PIECES + " pieces");
        }
        pieces.add(piece);
    }

    /** Returns the version of the machine-learning operators; 0 if this is another operator set. */
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

    private Regressor regressor(Node node) throws IOException, ForestException {
        if (node.inputs.size() != 1 || node.outputs.size() != 1) {
            throw ProtoReader.malformed();
        }
        Map<String, ByteRange> attributes = new HashMap<>();
        for (ByteRange range : node.attributes) {
            if (attributes.put(name(range), range) != null || attributes.size() > MOST_ATTRIBUTES) {
                throw ProtoReader.malformed();
            }
        }
        return new Regressor(file, node.inputs.getFirst(), node.outputs.getFirst(), attributes);
    }

    /** Returns the name of an attribute, which all exporters write first. */
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
            // Only these operators differ; LabelEncoder, since version 2, only in optional
            // attributes.
            if (node.is("TreeEnsembleClassifier") || (node.is("LabelEncoder") && version < 2)) {
                throw new ForestException(
                        "is beside a " + node.operator + ", which newer operators do not go with");
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

    /** The relevant parts of a {@code NodeProto}. */
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
