package dev.onnxfunction.forest;

/** What a model file consists of, in its order. */
sealed interface Piece {

    /** Fields of the model that stay as they are. */
    record Fields(ByteRange range) implements Piece {}

    /** Fields of the graph that stay as they are. */
    record GraphFields(ByteRange range) implements Piece {}

    /**
     * The version of the operators for machine learning.
     *
     * @param range the whole field of the model
     */
    record MlOpset(ByteRange range, long version) implements Piece {}

    record Forest(Regressor regressor) implements Piece {}
}
