package dev.onnxfunction.gzip;

import org.jspecify.annotations.Nullable;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates gzip piece by piece, never beyond the given space, so that the caller bounds the
 * inflated size. Takes one member or several (RFC 1952, 2.2); nothing else may follow. Not
 * thread-safe.
 *
 * <p>{@code GZIPInputStream} ignores bytes after the last member, and reads from a stream, which
 * would have to block for a client.
 */
public final class Gunzip implements AutoCloseable {

    /** Bytes after the compressed data: checksum and length. */
    private static final int TRAILER = 8;

    private static final byte[] NOTHING = {};

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final GzipHeader header = new GzipHeader();
    private boolean inHeader = true;

    /** Missing bytes of the trailer, and the received ones. */
    private int trailerLeft;

    private long trailer;

    /** Whether a whole member has been read. */
    private boolean any;

    private byte[] input = NOTHING;
    private int at;
    private int end;

    /**
     * Continues with these bytes, which must not change until they are read; the previous ones must
     * have been read.
     */
    public void input(byte[] bytes, int from, int to) {
        input = bytes;
        at = from;
        end = to;
    }

    /**
     * Inflates into a part of an array.
     *
     * @return number of bytes; 0 if there is no space, or the input has been read
     * @throws GzipException if it is not gzip, or damaged
     */
    public int read(byte[] bytes, int from, int to) {
        int written = 0;
        while (from + written < to && written == 0 && (at < end || isInflating())) {
            if (inHeader) {
                header();
            } else if (trailerLeft > 0) {
                trailer();
            } else {
                written = inflate(bytes, from, to - from);
                if (written == 0 && trailerLeft == 0 && at == end) {
                    break;
                }
            }
        }
        return written;
    }

    /** Whether the input so far consists of whole members, at least one. */
    public boolean isComplete() {
        return any && at == end && inHeader && header.isUnbegun();
    }

    private boolean isInflating() {
        return !inHeader && trailerLeft == 0;
    }

    private void header() {
        int next = input[at++] & 0xff;
        if (any && header.isUnbegun() && next != GzipHeader.MAGIC_1) {
            throw new GzipException("goes on after the end of its gzip");
        }
        inHeader = !header.take(next);
    }

    private int inflate(byte[] bytes, int from, int room) {
        inflater.setInput(input, at, end - at);
        try {
            int written = inflater.inflate(bytes, from, room);
            at = end - inflater.getRemaining();
            checksum.update(bytes, from, written);
            if (inflater.finished()) {
                trailerLeft = TRAILER;
            } else if (inflater.needsDictionary()) {
                throw new GzipException("is gzip that needs a dictionary");
            }
            return written;
        } catch (DataFormatException e) {
            throw new GzipException("is damaged gzip" + detail(e.getMessage()));
        }
    }

    private static String detail(@Nullable String message) {
        return message == null ? "" : " (" + message + ")";
    }

    private void trailer() {
        long next = input[at++] & 0xff;
        trailer = (trailer >>> Byte.SIZE) | (next << (Long.SIZE - Byte.SIZE));
        if (--trailerLeft == 0) {
            long crc = trailer & 0xffff_ffffL;
            long length = trailer >>> Integer.SIZE;
            if (crc != checksum.getValue()
                    || length != (inflater.getBytesWritten() & 0xffff_ffffL)) {
                throw new GzipException("is damaged gzip (its checksum or length differs)");
            }
            any = true;
            inHeader = true;
            inflater.reset();
            checksum.reset();
            header.reset();
        }
    }

    /** Frees native memory: about 40 KB. */
    @Override
    public void close() {
        inflater.end();
    }
}
