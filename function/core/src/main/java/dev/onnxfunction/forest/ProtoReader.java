package dev.onnxfunction.forest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads a protobuf message field by field from a range of a file, through a small buffer. Lengths
 * in the file are not trusted: nothing is read or allocated beyond the range.
 *
 * <p>Format: <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>.
 */
final class ProtoReader {

    static final int VARINT = 0;
    static final int FIXED_64 = 1;
    static final int BYTES = 2;
    static final int FIXED_32 = 5;

    /** Bytes of the buffer; a forest has twelve attributes that are read side by side. */
    private static final int BUFFER = 1 << 17;

    private static final int MAX_TEXT_LENGTH = 1 << 12;
    private static final int MAX_VARINT_LENGTH = 10;

    /** Reads bytes from a position on, as {@link FileChannel#read(ByteBuffer, long)} does. */
    @FunctionalInterface
    interface Source {
        int read(ByteBuffer to, long position) throws IOException;
    }

    private final Source source;
    private final ByteRange range;
    private final ByteBuffer buffer;

    private final byte[] bytes;

    /** Index in the buffer of the next byte. */
    private int next;

    /** Number of bytes in the buffer. */
    private int filled;

    /** Position in the file after the last byte in the buffer. */
    private long read;

    private int field;
    private int type;

    ProtoReader(FileChannel file, ByteRange range) {
        this(file::read, range);
    }

    ProtoReader(Source source, ByteRange range) {
        this.source = source;
        this.range = range;
        this.bytes = new byte[(int) Math.min(BUFFER, range.length())];
        this.buffer = ByteBuffer.wrap(bytes);
        this.read = range.start();
    }

    /**
     * Reads the tag of the next field, whose value the caller must read next.
     *
     * @return false at the end
     */
    boolean nextField() throws IOException, ForestException {
        if (position() >= range.end()) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        type = (int) (tag & 7);
        return true;
    }

    int field() {
        return field;
    }

    int type() {
        return type;
    }

    /** Whether the field has this number and this wire type. */
    boolean is(int wantedField, int wantedType) {
        return field == wantedField && type == wantedType;
    }

    /** Position of the next byte in the file. */
    long position() {
        return read - filled + next;
    }

    long varint() throws IOException, ForestException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_LENGTH; i++) {
            byte b = next();
            value |= (long) (b & 0x7F) << (7 * i);
            if (b >= 0) {
                return value;
            }
        }
        throw malformed();
    }

    float fixed32() throws IOException, ForestException {
        return Float.intBitsToFloat((int) littleEndian(Integer.BYTES));
    }

    double fixed64() throws IOException, ForestException {
        return Double.longBitsToDouble(littleEndian(Long.BYTES));
    }

    /** Reads the length of a field of bytes, and returns the position after its content. */
    long open() throws IOException, ForestException {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > range.end() - position()) {
            throw malformed();
        }
        return position() + length;
    }

    /** Skips a field of bytes, and returns the range of its content. */
    ByteRange message() throws IOException, ForestException {
        long end = open();
        ByteRange content = new ByteRange(position(), end);
        moveTo(end);
        return content;
    }

    /** Reads a text of at most 4096 bytes. */
    String text() throws IOException, ForestException {
        long length = open() - position();
        byte[] content = new byte[(int) Math.min(length, MAX_TEXT_LENGTH)];
        read(length, content);
        return new String(content, StandardCharsets.UTF_8);
    }

    /**
     * Reads a field of bytes into an array.
     *
     * @return number of bytes
     * @throws ForestException if there are more than the array holds
     */
    int bytes(byte[] to) throws IOException, ForestException {
        long length = open() - position();
        read(length, to);
        return (int) length;
    }

    private void read(long length, byte[] to) throws IOException, ForestException {
        if (length > to.length) {
            throw new ForestException("has a name of more than " + to.length + " bytes");
        }
        for (int i = 0; i < length; i++) {
            to[i] = next();
        }
    }

    long number() throws IOException, ForestException {
        expect(VARINT);
        return varint();
    }

    byte next() throws IOException, ForestException {
        if (next == filled) {
            fill();
        }
        return bytes[next++];
    }

    /** Skips the value of the field. */
    void skip() throws IOException, ForestException {
        switch (type) {
            case VARINT -> varint();
            case FIXED_64 -> moveTo(position() + Long.BYTES);
            case BYTES -> message();
            case FIXED_32 -> moveTo(position() + Integer.BYTES);
            default -> throw malformed();
        }
    }

    void expect(int wanted) throws ForestException {
        if (type != wanted) {
            throw malformed();
        }
    }

    static ForestException malformed() {
        return new ForestException("is malformed or cut off");
    }

    private long littleEndian(int count) throws IOException, ForestException {
        long value = 0;
        for (int shift = 0; shift < count * Byte.SIZE; shift += Byte.SIZE) {
            value |= (next() & 0xFFL) << shift;
        }
        return value;
    }

    private void moveTo(long position) throws ForestException {
        if (position > range.end()) {
            throw malformed();
        }
        if (position <= read) {
            next = (int) (filled - (read - position));
        } else {
            read = position;
            next = 0;
            filled = 0;
        }
    }

    private void fill() throws IOException, ForestException {
        int wanted = (int) Math.min(bytes.length, range.end() - read);
        int count = source.read(buffer.clear().limit(wanted), read);
        if (count <= 0) {
            throw malformed();
        }
        read += count;
        filled = count;
        next = 0;
    }
}
