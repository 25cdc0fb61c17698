package dev.onnxfunction.forest;

/** A piece of a model file. */
sealed interface Piece {

    /** Fields of the model that are copied unchanged. */
    record Fields(ByteRange range) implements Piece {}

    /** Fields of the graph that are copied unchanged. */
    record GraphFields(ByteRange range) implements Piece {}

    /**
     * The version of the machine-learning operators.
     *
     * @param range the whole field of the model
     */
    record MlOpset(ByteRange range, long version) implements Piece {}

    record Forest(Regressor regressor) implements Piece {}
}
