package dev.onnxfunction.forest;

/** The type in which a forest computes, which is that of its input. */
public enum Precision {
    FLOAT(1, Float.BYTES),
    DOUBLE(11, Double.BYTES);

    /** Number of the type in {@code TensorProto.DataType}. */
    final int dataType;

    final int bytes;

    Precision(int dataType, int bytes) {
        this.dataType = dataType;
        this.bytes = bytes;
    }
}
