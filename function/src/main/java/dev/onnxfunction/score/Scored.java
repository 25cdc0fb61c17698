package dev.onnxfunction.score;

import java.util.List;

/**
 * A finished chunk.
 *
 * @param output predicted rows in the form of the output
 * @param refused refused rows in the form of their file
 * @param predicted number of predicted rows
 * @param refusals refusals, in the order of the input
 */
record Scored(Bytes output, Bytes refused, long predicted, List<Refusal> refusals) {

    /**
     * Bytes to be written.
     *
     * @param array array that starts with the bytes
     * @param length number of valid bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // Not compared.
    record Bytes(byte[] array, int length) {}
}
