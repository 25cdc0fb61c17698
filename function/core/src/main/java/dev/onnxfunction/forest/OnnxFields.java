package dev.onnxfunction.forest;

/**
 * Numbers of the fields of an ONNX file that are used here, as <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> defines them.
 */
final class OnnxFields {

    static final String ML = "ai.onnx.ml";
    static final int ML_VERSION = 5;

    static final int MODEL_GRAPH = 7;
    static final int MODEL_OPSET = 8;
    static final int MODEL_FUNCTION = 25;

    static final int FUNCTION_NAME = 1;
    static final int FUNCTION_INPUT = 4;
    static final int FUNCTION_OUTPUT = 5;
    static final int FUNCTION_NODE = 7;
    static final int FUNCTION_OPSET = 9;
    static final int FUNCTION_DOMAIN = 10;

    static final int OPSET_DOMAIN = 1;
    static final int OPSET_VERSION = 2;

    static final int GRAPH_NODE = 1;
    static final int GRAPH_OUTPUT = 12;

    static final int NODE_INPUT = 1;
    static final int NODE_OUTPUT = 2;
    static final int NODE_OPERATOR = 4;
    static final int NODE_ATTRIBUTE = 5;
    static final int NODE_DOMAIN = 7;

    static final int ATTRIBUTE_NAME = 1;
    static final int ATTRIBUTE_INT = 3;
    static final int ATTRIBUTE_TEXT = 4;
    static final int ATTRIBUTE_TENSOR = 5;
    static final int ATTRIBUTE_GRAPH = 6;
    static final int ATTRIBUTE_FLOATS = 7;
    static final int ATTRIBUTE_INTS = 8;
    static final int ATTRIBUTE_TEXTS = 9;
    static final int ATTRIBUTE_GRAPHS = 11;
    static final int ATTRIBUTE_TYPE = 20;

    static final int TYPE_INT = 2;
    static final int TYPE_TEXT = 3;
    static final int TYPE_TENSOR = 4;
    static final int TYPE_FLOATS = 6;
    static final int TYPE_INTS = 7;
    static final int TYPE_TEXTS = 8;

    static final int TENSOR_SIZE = 1;
    static final int TENSOR_TYPE = 2;
    static final int TENSOR_FLOATS = 4;
    static final int TENSOR_NAME = 8;
    static final int TENSOR_RAW = 9;
    static final int TENSOR_DOUBLES = 10;

    static final int UINT8 = 2;

    private OnnxFields() {}
}
