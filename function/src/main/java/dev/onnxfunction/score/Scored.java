package dev.onnxfunction.score;

import java.util.List;

/**
 * A chunk that has been worked off.
 *
 * @param output the predicted rows as the output has them
 * @param refused the refused rows as the file of the refused has them
 * @param predicted how many rows are predicted
 * @param refusals why rows are refused, in the order of the input
 */
record Scored(Bytes output, Bytes refused, long predicted, List<Refusal> refusals) {

    /**
     * Bytes to be written.
     *
     * @param array with the bytes in front
     * @param length how many count
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares it.
    record Bytes(byte[] array, int length) {}
}
