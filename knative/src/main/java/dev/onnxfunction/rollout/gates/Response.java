package dev.onnxfunction.rollout.gates;

/**
 * A revision's response with status 200.
 *
 * @param body whole
 * @param nanos from before the request is sent until the body has arrived
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record Response(byte[] body, long nanos) {}
