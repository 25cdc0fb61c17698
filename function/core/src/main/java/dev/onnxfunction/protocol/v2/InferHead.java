package dev.onnxfunction.protocol.v2;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * An inference request without the elements of its tensors.
 *
 * @param id to be returned; null if it has none
 * @param binaryOutput whether outputs are to be binary that do not say for themselves
 * @param inputs in their order
 * @param outputs that are wanted; all if it names none
 */
record InferHead(
        @Nullable String id,
        boolean binaryOutput,
        List<InputHead> inputs,
        List<RequestedOutput> outputs) {}
