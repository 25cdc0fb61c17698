package dev.onnxfunction.forest;

/** The type that a forest computes in, which is that of its input. */
public enum Precision {
    FLOAT(1, Float.BYTES),
    DOUBLE(11, Double.BYTES);

    /** Its number in {@code TensorProto.DataType}. */
    final int dataType;

    final int bytes;

    Precision(int dataType, int bytes) {
        this.dataType = dataType;
        this.bytes = bytes;
    }
}
