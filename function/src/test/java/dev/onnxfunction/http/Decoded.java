package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;

import java.io.ByteArrayOutputStream;
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
    private String begun = "";
    private boolean pausing;

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
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        decoder.receive(bytes, bytes.length);
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
