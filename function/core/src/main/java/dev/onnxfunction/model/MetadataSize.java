package dev.onnxfunction.model;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Determines the size of an ONNX file's metadata before the runtime converts all of it to Java
 * strings. Reads only the outermost fields of the file.
 */
final class MetadataSize {

    /** Maximum bytes of metadata: 16 MiB. */
    static final int MAX_BYTES = 16 << 20;

    /** The field of {@code ModelProto} that holds an entry, as {@code onnx.proto} numbers it. */
    private static final int METADATA_PROPS = 14;

    private MetadataSize() {}

    /** Returns the size in bytes; arbitrary if the file is not ONNX. */
    static long of(Path file) throws IOException {
        long size = 0;
        try (InputStream stream = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 64))) {
            while (true) {
                long tag = varint(in);
                long bytes =
                        switch ((int) (tag & 7)) {
                            case 0 -> {
                                varint(in);
                                yield 0;
                            }
                            case 1 -> Long.BYTES;
                            case 2 -> varint(in);
                            case 5 -> Integer.BYTES;
                            default -> throw new EOFException();
                        };
                size += tag >>> 3 == METADATA_PROPS ? bytes : 0;
                in.skipNBytes(bytes);
            }
        } catch (EOFException e) {
            return size; // Loading the file reports what is wrong with it.
        }
    }

    private static long varint(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.readByte();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new EOFException();
    }
}
