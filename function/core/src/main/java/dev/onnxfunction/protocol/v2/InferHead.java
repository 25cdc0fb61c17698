package dev.onnxfunction.protocol.v2;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * An inference request without the elements of its tensors.
 *
 * @param id to be returned; null if it has none
 * @param binaryOutput whether outputs are binary by default
 * @param inputs in their order
 * @param outputs requested outputs; all if it names none
 */
record InferHead(
        @Nullable String id,
        boolean binaryOutput,
        List<InputHead> inputs,
        List<RequestedOutput> outputs) {}
