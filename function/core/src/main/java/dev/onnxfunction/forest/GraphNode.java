package dev.onnxfunction.forest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a {@code NodeProto} that are used here.
 *
 * @param operator name of the operator
 * @param domain domain of the operator; empty for ONNX's own
 * @param inputs names of the inputs
 * @param outputs names of the outputs
 * @param attributes ranges of the attributes in the file
 */
record GraphNode(
        String operator,
        String domain,
        List<String> inputs,
        List<String> outputs,
        List<ByteRange> attributes) {

    static GraphNode read(ProtoReader.Source file, ByteRange range)
            throws IOException, ForestException {
        String operator = "";
        String domain = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        List<ByteRange> attributes = new ArrayList<>();
        ProtoReader in = new ProtoReader(file, range);
        while (in.nextField()) {
            switch (in.field()) {
                case OnnxFields.NODE_INPUT -> inputs.add(in.text());
                case OnnxFields.NODE_OUTPUT -> outputs.add(in.text());
                case OnnxFields.NODE_OPERATOR -> operator = in.text();
                case OnnxFields.NODE_DOMAIN -> domain = in.text();
                case OnnxFields.NODE_ATTRIBUTE -> attributes.add(in.message());
                default -> in.skip();
            }
        }
        return new GraphNode(operator, domain, inputs, outputs, attributes);
    }

    /** Whether it has this operator of {@code ai.onnx.ml}. */
    boolean is(String mlOperator) {
        return domain.equals(OnnxFields.ML) && operator.equals(mlOperator);
    }
}
