package dev.onnxfunction.contract;

import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Compresses a response with gzip if the client accepts gzip and compression saves enough. */
public final class CompressedResponse {

    /** Minimum size in bytes; smaller responses fit into a few packets anyway. */
    private static final int WORTHWHILE = 16 * 1024;

    /** ID, deflate, no flags, no time, fastest, unknown file system (RFC 1952, 2.3). */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 255};

    private static final int TRAILER = 8;

    private CompressedResponse() {}

    /**
     * Returns the response to send. Compression takes some milliseconds for each megabyte, so do
     * not call this on an event loop for single rows.
     *
     * @param acceptEncoding the Accept-Encoding header fields; empty if the client sends none
     */
    public static Response of(Response answer, List<String> acceptEncoding) {
        if (answer.length() < WORTHWHILE) {
            return answer;
        }
        Response varying = answer.with("vary", "Accept-Encoding");
        if (!ContentCodings.acceptsGzip(acceptEncoding)) {
            return varying;
        }
        byte[] compressed = new byte[answer.length() / 2];
        int length = compress(answer.body(), answer.length(), compressed);
        return length == 0
                ? varying
                : varying.with(compressed, length).with("content-encoding", ContentCodings.GZIP);
    }

    /** Returns the compressed length in bytes; 0 if {@code compressed} is too small. */
    private static int compress(byte[] body, int length, byte[] compressed) {
        System.arraycopy(HEADER, 0, compressed, 0, HEADER.length);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(body, 0, length);
            deflater.finish();
            int room = compressed.length - HEADER.length - TRAILER;
            int deflated = deflater.deflate(compressed, HEADER.length, room);
            if (!deflater.finished()) {
                return 0;
            }
            CRC32 checksum = new CRC32();
            checksum.update(body, 0, length);
            int end = HEADER.length + deflated;
            putInt(compressed, end, (int) checksum.getValue());
            putInt(compressed, end + Integer.BYTES, length);
            return end + TRAILER;
        } finally {
            deflater.end();
        }
    }

    private static void putInt(byte[] bytes, int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (value >>> (i * Byte.SIZE));
        }
    }
}
