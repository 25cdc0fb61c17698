package dev.onnxfunction.contract;

import dev.onnxfunction.gzip.Gunzip;
import dev.onnxfunction.gzip.GzipException;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The inflated form of a gzip body. Inflating begins once the whole body has arrived and stops one
 * byte beyond the maximum size of a body, so a decompression bomb costs no more than the largest
 * body.
 *
 * @param bytes of which {@code length} count
 * @param refusal error response if the body is not gzip or is too large; null otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // Bodies are not compared.
public record InflatedBody(byte[] bytes, int length, @Nullable Response refusal) {

    private static final int FIRST_ROOM = 16 * 1024;

    /** JSON rows rarely compress to more than a quarter of their size. */
    private static final long USUAL_RATIO = 4;

    private static final byte[] NOTHING = {};

    /**
     * Inflates a body.
     *
     * @param length number of valid bytes
     * @param maxBody maximum inflated size in bytes
     * @param room reserves this number of bytes in place of the previous reservation; false if
     *     there is no memory
     */
    public static InflatedBody of(byte[] compressed, int length, int maxBody, IntPredicate room) {
        try (Gunzip gzip = new Gunzip()) {
            gzip.input(compressed, 0, length);
            long first = Math.max(FIRST_ROOM, USUAL_RATIO * length);
            byte[] bytes = NOTHING;
            int inflated = 0;
            int read = 1;
            while (read > 0 && inflated <= maxBody) {
                if (inflated == bytes.length) {
                    int larger = (int) Math.min(Math.max(first, 2L * inflated), maxBody + 1L);
                    if (!room.test(larger)) {
                        return refused(Response.busy());
                    }
                    bytes = Arrays.copyOf(bytes, larger);
                }
                read = gzip.read(bytes, inflated, bytes.length);
                inflated += read;
            }
            if (inflated > maxBody) {
                return refused(Response.bodyTooLarge(maxBody));
            }
            return gzip.isComplete()
                    ? new InflatedBody(bytes, inflated, null)
                    : refused(malformed("ends too early for gzip"));
        } catch (GzipException e) {
            return refused(malformed(e.getMessage()));
        }
    }

    /**
     * The error response for a body that is not gzip.
     *
     * @param problem the end of a sentence that begins with "The body"
     */
    static Response malformed(String problem) {
        return Response.error(
                400,
                "Malformed gzip",
                "The body "
                        + problem
                        + ". Compress it with gzip, or send it without Content-Encoding.");
    }

    private static InflatedBody refused(Response refusal) {
        return new InflatedBody(NOTHING, 0, refusal);
    }
}
