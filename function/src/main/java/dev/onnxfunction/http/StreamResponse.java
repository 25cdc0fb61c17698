package dev.onnxfunction.http;

import dev.onnxfunction.json.JsonWriter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The response of a stream: a head, and answers in chunks or, for HTTP/1.0, up to the connection's
 * end. Only the event loop uses it.
 */
final class StreamResponse {

    private static final byte[] NOTHING = {};
    private static final byte[] LINE_END = ascii("\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

    private final Transport transport;
    private final String contentType;
    private final boolean chunked;
    private boolean begun;
    private long bytes;

    StreamResponse(Transport transport, String contentType, boolean chunked) {
        this.transport = transport;
        this.contentType = contentType;
        this.chunked = chunked;
    }

    /** Whether the head is written, so that the client cannot get another response. */
    boolean isBegun() {
        return begun;
    }

    /** Bytes of the answers so far. */
    long bytes() {
        return bytes;
    }

    /**
     * Writes the head.
     *
     * @param keepAlive whether the connection stays open afterwards, as far as known
     */
    void begin(boolean keepAlive) {
        begun = true;
        byte[] head = Responses.stream(contentType, chunked, keepAlive);
        transport.write(head, 0, head.length);
    }

    /** Writes a copy of these answers, and clears them. */
    void write(JsonWriter answers) {
        writeChunk(answers);
        transport.flush();
    }

    /** Writes the last answers, and the end. */
    void end(JsonWriter answers) {
        writeChunk(answers);
        if (chunked) {
            transport.write(LAST_CHUNK, 0, LAST_CHUNK.length);
        }
        transport.flush();
    }

    private void writeChunk(JsonWriter answers) {
        int length = answers.length();
        byte[] size = chunked ? ascii(Integer.toHexString(length) + "\r\n") : NOTHING;
        byte[] end = chunked ? LINE_END : NOTHING;
        byte[] chunk = Arrays.copyOf(size, size.length + length + end.length);
        System.arraycopy(answers.bytes(), 0, chunk, size.length, length);
        System.arraycopy(end, 0, chunk, size.length + length, end.length);
        transport.write(chunk, 0, chunk.length);
        bytes += length;
        answers.clear();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
