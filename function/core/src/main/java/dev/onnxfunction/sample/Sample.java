package dev.onnxfunction.sample;

import dev.onnxfunction.json.JsonWriter;

import java.nio.charset.StandardCharsets;

/**
 * A request that was answered with predictions.
 *
 * @param body as it was sent: JSON in UTF-8
 * @param answer as it was sent: JSON in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // Created once, read once, never compared.
record Sample(byte[] body, byte[] answer) {

    /** Approximate overhead of an object in bytes. */
    private static final int OVERHEAD = 64;

    /** Returns the memory of a sample in bytes. */
    static int bytes(int body, int answer) {
        return OVERHEAD + body + answer;
    }

    int bytes() {
        return bytes(body.length, answer.length);
    }

    /** Writes the body as a string, so that it can be sent again unchanged. */
    void write(JsonWriter json) {
        json.append("{\"body\":").appendString(new String(body, StandardCharsets.UTF_8));
        json.append(",\"answer\":").append(answer).append('}');
    }
}
