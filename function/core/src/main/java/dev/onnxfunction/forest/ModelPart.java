package dev.onnxfunction.forest;

/** A part of a model file. */
sealed interface ModelPart {

    /** Fields of the model that are copied. */
    record Fields(ByteRange range) implements ModelPart {}

    /** Fields of the graph that are copied. */
    record GraphFields(ByteRange range) implements ModelPart {}

    /**
     * The version of the operator set {@code ai.onnx.ml}.
     *
     * @param range the field of the model, with its tag
     */
    record MlOpset(ByteRange range, long version) implements ModelPart {}

    /** A forest that is rewritten. */
    record Forest(TreeEnsembleRegressor regressor) implements ModelPart {}
}
