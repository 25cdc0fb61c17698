package dev.onnxfunction.forest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * Checks that what a rewritten model keeps works with the newer version of {@code ai.onnx.ml} that
 * the rewritten forests need.
 */
final class UpgradeCheck {

    private final FileChannel file;

    private UpgradeCheck(FileChannel file) {
        this.file = file;
    }

    /**
     * Checks all parts except the forests.
     *
     * @throws ForestException if one does not work with a newer version, or if that is unknown
     */
    static void check(FileChannel file, List<ModelPart> parts) throws IOException, ForestException {
        UpgradeCheck check = new UpgradeCheck(file);
        long version = 0;
        for (ModelPart part : parts) {
            switch (part) {
                case ModelPart.MlOpset opset -> version = opset.version();
                case ModelPart.Fields fields -> check.checkFields(fields.range());
                case ModelPart.GraphFields _, ModelPart.Forest _ -> {}
            }
        }
        for (ModelPart part : parts) {
            if (part instanceof ModelPart.GraphFields fields) {
                check.checkNodes(fields.range(), version);
            }
        }
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
            GraphNode node = GraphNode.read(file::read, in.message());
            // The only two that are incompatible; LabelEncoder only before version 2.
            if (node.is("TreeEnsembleClassifier") || (node.is("LabelEncoder") && version < 2)) {
                throw new ForestException(
                        "is beside a "
                                + node.operator()
                                + ", which newer versions of ai.onnx.ml define differently");
            }
            for (ByteRange attribute : node.attributes()) {
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
}
