package dev.onnxfunction.rollout.gates;

/**
 * What a revision answers with status 200.
 *
 * @param body whole
 * @param nanos from before the request is sent until the body has come
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record Response(byte[] body, long nanos) {}
