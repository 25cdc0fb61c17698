package dev.onnxfunction.forest;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * Reads the elements of a repeated attribute or of a tensor one by one, packed or not. The
 * attributes of a forest are read side by side, so that none is ever held as a whole.
 */
final class AttributeReader {

    private final ProtoReader in;

    /** Number of the field that holds the elements. */
    private final int elements;

    /** Number of the field that holds a tensor's raw data. */
    private final int raw;

    private final int encoding;

    /** Number of the field that declares the type. */
    private final int typeField;

    private final int expectedType;
    private long type = -1;

    /** Position after the current run of packed elements; 0 outside a run. */
    private long runEnd;

    private AttributeReader(
            ProtoReader in, int elements, int raw, int encoding, int typeField, int type) {
        this.in = in;
        this.elements = elements;
        this.raw = raw;
        this.encoding = encoding;
        this.typeField = typeField;
        this.expectedType = type;
    }

    static AttributeReader integers(FileChannel file, ByteRange attribute) {
        return ofAttribute(
                file,
                attribute,
                OnnxFields.ATTRIBUTE_INTS,
                ProtoReader.VARINT,
                OnnxFields.TYPE_INTS);
    }

    static AttributeReader floats(FileChannel file, ByteRange attribute) {
        return ofAttribute(
                file,
                attribute,
                OnnxFields.ATTRIBUTE_FLOATS,
                ProtoReader.FIXED_32,
                OnnxFields.TYPE_FLOATS);
    }

    static AttributeReader texts(FileChannel file, ByteRange attribute) {
        return ofAttribute(
                file,
                attribute,
                OnnxFields.ATTRIBUTE_TEXTS,
                ProtoReader.BYTES,
                OnnxFields.TYPE_TEXTS);
    }

    /** Reads the elements of a {@code TensorProto} of this type. */
    static AttributeReader tensor(FileChannel file, ByteRange tensor, Precision precision) {
        boolean single = precision == Precision.FLOAT;
        return new AttributeReader(
                new ProtoReader(file, tensor),
                single ? OnnxFields.TENSOR_FLOATS : OnnxFields.TENSOR_DOUBLES,
                OnnxFields.TENSOR_RAW,
                single ? ProtoReader.FIXED_32 : ProtoReader.FIXED_64,
                OnnxFields.TENSOR_TYPE,
                precision.dataType);
    }

    private static AttributeReader ofAttribute(
            FileChannel file, ByteRange attribute, int field, int encoding, int type) {
        return new AttributeReader(
                new ProtoReader(file, attribute),
                field,
                field,
                encoding,
                OnnxFields.ATTRIBUTE_TYPE,
                type);
    }

    /**
     * Moves to the next element, whose value the caller must read next.
     *
     * @return false after the last element
     */
    boolean advance() throws IOException, ForestException {
        if (runEnd != 0) {
            if (in.position() < runEnd) {
                return true;
            }
            endRun();
        }
        while (in.nextField()) {
            if (in.field() != elements && in.field() != raw) {
                pass();
            } else if (in.type() == encoding) {
                return true;
            } else {
                runEnd = in.open();
                if (in.position() < runEnd) {
                    return true;
                }
                endRun();
            }
        }
        if (type != expectedType) {
            throw new ForestException("has an attribute of an unexpected type");
        }
        return false;
    }

    /**
     * Moves to the next element.
     *
     * @throws ForestException if there is none
     */
    AttributeReader require() throws IOException, ForestException {
        if (!advance()) {
            throw uneven();
        }
        return this;
    }

    void requireEnd() throws IOException, ForestException {
        if (advance()) {
            throw uneven();
        }
    }

    long integer() throws IOException, ForestException {
        return in.varint();
    }

    double number() throws IOException, ForestException {
        return encoding == ProtoReader.FIXED_32 ? in.fixed32() : in.fixed64();
    }

    /**
     * Reads a text into an array.
     *
     * @return its length in bytes
     * @throws ForestException if it is longer than the array
     */
    int text(byte[] to) throws IOException, ForestException {
        return in.bytes(to);
    }

    private void endRun() throws ForestException {
        if (in.position() != runEnd) {
            throw ProtoReader.malformed();
        }
        runEnd = 0;
    }

    private void pass() throws IOException, ForestException {
        if (in.field() == typeField) {
            type = in.number();
        } else {
            in.skip();
        }
    }

    private static ForestException uneven() {
        return new ForestException("has attributes of different lengths");
    }
}
