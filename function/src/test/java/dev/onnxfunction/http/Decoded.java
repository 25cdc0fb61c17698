package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a decoder sees in bytes: method, target and body of each request, up to the first that is
 * refused, of which it is the status.
 */
final class Decoded implements RequestDecoder.Receiver {

    private final List<String> requests = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final RequestDecoder decoder = new RequestDecoder(this);
    private final byte[] space;
    private final boolean keeping;
    private String begun = "";
    private boolean pausing;
    private int kept;

    /** Decodes everything that arrives at once, and keeps no body. */
    Decoded() {
        this(1 << 20, false);
    }

    /**
     * @param space bytes that are decoded at a time
     * @param keeping whether bodies may be given as native memory
     */
    Decoded(int space, boolean keeping) {
        this.space = new byte[space];
        this.keeping = keeping;
    }

    static List<String> of(String bytes) {
        Decoded decoded = new Decoded();
        decoded.receive(bytes);
        return decoded.requests();
    }

    List<String> requests() {
        return requests;
    }

    RequestDecoder decoder() {
        return decoder;
    }

    /** Pauses the decoder after each request, as while it is being answered. */
    void pauseAfterEach() {
        pausing = true;
    }

    void receive(String text) {
        decoder.receive(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), space);
    }

    /** Bytes of bodies that were given as native memory. */
    int kept() {
        return kept;
    }

    @Override
    public boolean isKeeping() {
        return keeping;
    }

    @Override
    public void receive(ByteBuffer bytes, boolean last) {
        byte[] piece = new byte[bytes.remaining()];
        bytes.get(piece);
        kept += piece.length;
        receive(piece, 0, piece.length, last);
    }

    @Override
    public boolean begin(HttpHead head, long length) {
        Response refusal = MessageRules.refuse(head, RequestTarget.path(head.target()));
        if (refusal != null) {
            fail(refusal);
            return false;
        }
        begun = head.method() + " " + head.target() + " ";
        return true;
    }

    @Override
    public void receive(byte[] bytes, int from, int to, boolean last) {
        body.write(bytes, from, to - from);
        if (last) {
            requests.add(begun + body.toString(StandardCharsets.ISO_8859_1));
            body.reset();
            if (pausing) {
                decoder.pause();
            }
        }
    }

    @Override
    public void fail(Response defect) {
        requests.add("refused " + defect.status());
    }
}
