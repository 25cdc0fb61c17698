package dev.onnxfunction.contract;

import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.TraceContext;

/**
 * A whole request to an endpoint, independent of the transport.
 *
 * @param body bytes, starting at index 0; may hold the response once it is answered
 * @param length number of valid bytes in {@code body}; 0 for a GET
 * @param trace trace of the request
 * @param task cancellation and deadline of its calls of the model
 * @param rollout whether it has a rollout's key, so that it does not count as a client's
 * @param head method and header fields
 */
@SuppressWarnings("ArrayRecordComponent") // Requests are not compared.
public record Request(
        byte[] body, int length, TraceContext trace, Task task, boolean rollout, RequestHead head) {

    /** Returns a copy with another body. */
    public Request with(byte[] otherBody, int otherLength) {
        return new Request(otherBody, otherLength, trace, task, rollout, head);
    }
}
