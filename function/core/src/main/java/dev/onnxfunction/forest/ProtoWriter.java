package dev.onnxfunction.forest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a protobuf message into memory, field by field. It can be cleared and reused. */
final class ProtoWriter {

    private byte[] bytes = new byte[1 << 10];
    private int length;

    ProtoWriter clear() {
        length = 0;
        return this;
    }

    int length() {
        return length;
    }

    ProtoWriter number(int field, long value) {
        tag(field, ProtoReader.VARINT);
        return varint(value);
    }

    ProtoWriter text(int field, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return bytes(field, text, text.length);
    }

    ProtoWriter message(int field, ProtoWriter message) {
        return bytes(field, message.bytes, message.length);
    }

    /** Writes tag and length of a field of bytes, whose content is written separately. */
    ProtoWriter head(int field, long size) {
        tag(field, ProtoReader.BYTES);
        return varint(size);
    }

    ProtoWriter varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    ProtoWriter octet(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** Writes an element of a tensor's raw data. */
    ProtoWriter raw(double value, Precision precision) {
        long bits =
                precision == Precision.FLOAT
                        ? Float.floatToRawIntBits((float) value)
                        : Double.doubleToRawLongBits(value);
        ensure(precision.bytes);
        for (int i = 0; i < precision.bytes; i++) {
            bytes[length++] = (byte) (bits >>> (i * Byte.SIZE));
        }
        return this;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    private ProtoWriter bytes(int field, byte[] content, int count) {
        head(field, count);
        ensure(count);
        System.arraycopy(content, 0, bytes, length, count);
        length += count;
        return this;
    }

    private void tag(int field, int type) {
        varint(((long) field << 3) | type);
    }

    private void ensure(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
    }
}
