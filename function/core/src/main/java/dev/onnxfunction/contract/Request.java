package dev.onnxfunction.contract;

import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.TraceContext;

/**
 * A whole request to an {@link Endpoint}, whatever it has come by.
 *
 * @param body its bytes, from the first; not changed while it is answered
 * @param length bytes of the body that count; 0 for a GET
 * @param trace that it belongs to
 * @param task what it wants of the model
 * @param rollout whether it has a rollout's key, so that it does not count as a client's
 * @param head what came before the body
 */
@SuppressWarnings("ArrayRecordComponent") // Requests are not compared.
public record Request(
        byte[] body, int length, TraceContext trace, Task task, boolean rollout, RequestHead head) {

    /** The same with another body. */
    public Request with(byte[] otherBody, int otherLength) {
        return new Request(otherBody, otherLength, trace, task, rollout, head);
    }
}
