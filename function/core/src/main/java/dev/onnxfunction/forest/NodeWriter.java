package dev.onnxfunction.forest;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Writes the nodes that replace a forest: its parts, and the nodes that combine their results. Each
 * node is written as a graph of its own. Protobuf merges messages of the same field, so the size of
 * the whole graph need not be known in advance.
 */
final class NodeWriter {

    /** Domain of the functions that a rewritten model has. */
    private static final String FUNCTIONS = "dev.onnxfunction.forest";

    private final String output;
    private final Precision precision;
    private int count;

    /**
     * @param output name of the forest's output
     * @param precision type of the output of each part
     */
    NodeWriter(String output, Precision precision) {
        this.output = output;
        this.precision = precision;
    }

    /**
     * Writes a part of the forest as a function of the model, and a node that calls it. ONNX
     * Runtime inlines the function and then frees it, whereas it keeps the attributes of a node of
     * the graph in memory beside the operator that it makes of them.
     *
     * @param ensemble a node from {@link TreeEnsembleWriter#INPUT} to {@link
     *     TreeEnsembleWriter#OUTPUT}
     * @param input name of the forest's input
     * @return name of the part's output
     */
    String part(ProtoWriter ensemble, String input, OutputStream out) throws IOException {
        String name = nextName();
        ProtoWriter function =
                new ProtoWriter()
                        .text(OnnxFields.FUNCTION_NAME, name)
                        .text(OnnxFields.FUNCTION_DOMAIN, FUNCTIONS)
                        .text(OnnxFields.FUNCTION_INPUT, TreeEnsembleWriter.INPUT)
                        .text(OnnxFields.FUNCTION_OUTPUT, TreeEnsembleWriter.OUTPUT)
                        .message(
                                OnnxFields.FUNCTION_OPSET,
                                opset(OnnxFields.ML, OnnxFields.ML_VERSION))
                        .head(OnnxFields.FUNCTION_NODE, ensemble.length());
        new ProtoWriter()
                .head(OnnxFields.MODEL_FUNCTION, function.length() + ensemble.length())
                .writeTo(out);
        function.writeTo(out);
        ensemble.writeTo(out);
        write(operator(name, List.of(input), name).text(OnnxFields.NODE_DOMAIN, FUNCTIONS), out);
        return name;
    }

    /**
     * Writes the nodes that combine the outputs of the parts.
     *
     * @param parts names of the outputs of the parts
     * @param trees number of trees, by which an average is divided
     * @param base base value, which is added to the result
     */
    void join(List<String> parts, Aggregate aggregate, long trees, double base, OutputStream out)
            throws IOException {
        String value = parts.getFirst();
        if (parts.size() > 1) {
            value = apply(aggregate.operator, parts, out);
        }
        if (aggregate == Aggregate.AVERAGE) {
            value = apply("Div", List.of(value, constant((double) trees, out)), out);
        }
        if (base != 0) {
            value = apply("Add", List.of(value, constant(base, out)), out);
        }
        ProtoWriter cast = operator("Cast", List.of(value), output);
        cast.message(
                OnnxFields.NODE_ATTRIBUTE,
                attribute("to", OnnxFields.TYPE_INT)
                        .number(OnnxFields.ATTRIBUTE_INT, Precision.FLOAT.dataType));
        write(cast, out);
    }

    /** Returns the operator sets that the parts use, as fields of the model. */
    static ProtoWriter opsets() {
        return new ProtoWriter()
                .message(OnnxFields.MODEL_OPSET, opset(OnnxFields.ML, OnnxFields.ML_VERSION))
                .message(OnnxFields.MODEL_OPSET, opset(FUNCTIONS, 1));
    }

    /**
     * Returns a forest of one leaf in place of this one, as a field of the model. Its input is also
     * an output.
     *
     * @param inputAgain name of that output
     */
    static ProtoWriter probe(TreeEnsembleRegressor regressor, String inputAgain) {
        ProtoWriter graph =
                new ProtoWriter()
                        .message(OnnxFields.GRAPH_NODE, leaf(regressor))
                        .message(
                                OnnxFields.GRAPH_NODE,
                                operator("Identity", List.of(regressor.input()), inputAgain))
                        .message(OnnxFields.GRAPH_OUTPUT, new ProtoWriter().text(1, inputAgain));
        return new ProtoWriter().message(OnnxFields.MODEL_GRAPH, graph);
    }

    private static ProtoWriter leaf(TreeEnsembleRegressor regressor) {
        ProtoWriter leaf =
                operator(
                        TreeEnsembleRegressor.OPERATOR,
                        List.of(regressor.input()),
                        regressor.output());
        leaf.text(OnnxFields.NODE_DOMAIN, OnnxFields.ML);
        leaf.message(
                OnnxFields.NODE_ATTRIBUTE,
                attribute("n_targets", OnnxFields.TYPE_INT).number(OnnxFields.ATTRIBUTE_INT, 1));
        for (String name :
                List.of(
                        "nodes_treeids",
                        "nodes_nodeids",
                        "nodes_featureids",
                        "nodes_truenodeids",
                        "nodes_falsenodeids",
                        "target_treeids",
                        "target_nodeids",
                        "target_ids")) {
            leaf.message(
                    OnnxFields.NODE_ATTRIBUTE,
                    attribute(name, OnnxFields.TYPE_INTS).number(OnnxFields.ATTRIBUTE_INTS, 0));
        }
        for (String name : List.of("nodes_values", "target_weights")) {
            leaf.message(
                    OnnxFields.NODE_ATTRIBUTE,
                    attribute(name, OnnxFields.TYPE_FLOATS)
                            .message(
                                    OnnxFields.ATTRIBUTE_FLOATS,
                                    new ProtoWriter().raw(0, Precision.FLOAT)));
        }
        leaf.message(
                OnnxFields.NODE_ATTRIBUTE,
                attribute("nodes_modes", OnnxFields.TYPE_TEXTS)
                        .text(OnnxFields.ATTRIBUTE_TEXTS, "LEAF"));
        return leaf;
    }

    /** Returns a name for the output of a node. */
    private String nextName() {
        return output + "/trees" + count++;
    }

    private static void write(ProtoWriter node, OutputStream out) throws IOException {
        new ProtoWriter()
                .message(
                        OnnxFields.MODEL_GRAPH,
                        new ProtoWriter().message(OnnxFields.GRAPH_NODE, node))
                .writeTo(out);
    }

    private String apply(String operator, List<String> inputs, OutputStream out)
            throws IOException {
        String name = nextName();
        write(operator(operator, inputs, name), out);
        return name;
    }

    private String constant(double value, OutputStream out) throws IOException {
        String name = nextName();
        ProtoWriter tensor =
                new ProtoWriter()
                        .number(OnnxFields.TENSOR_SIZE, 1)
                        .number(OnnxFields.TENSOR_TYPE, precision.dataType)
                        .message(OnnxFields.TENSOR_RAW, new ProtoWriter().raw(value, precision));
        ProtoWriter node = operator("Constant", List.of(), name);
        node.message(
                OnnxFields.NODE_ATTRIBUTE,
                attribute("value", OnnxFields.TYPE_TENSOR)
                        .message(OnnxFields.ATTRIBUTE_TENSOR, tensor));
        write(node, out);
        return name;
    }

    private static ProtoWriter opset(String domain, long version) {
        return new ProtoWriter()
                .text(OnnxFields.OPSET_DOMAIN, domain)
                .number(OnnxFields.OPSET_VERSION, version);
    }

    private static ProtoWriter operator(String operator, List<String> inputs, String output) {
        ProtoWriter node = new ProtoWriter();
        for (String input : inputs) {
            node.text(OnnxFields.NODE_INPUT, input);
        }
        return node.text(OnnxFields.NODE_OUTPUT, output).text(OnnxFields.NODE_OPERATOR, operator);
    }

    private static ProtoWriter attribute(String name, int type) {
        return new ProtoWriter()
                .text(OnnxFields.ATTRIBUTE_NAME, name)
                .number(OnnxFields.ATTRIBUTE_TYPE, type);
    }
}
