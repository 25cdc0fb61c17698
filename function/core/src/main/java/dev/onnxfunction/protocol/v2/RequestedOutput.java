package dev.onnxfunction.protocol.v2;

import org.jspecify.annotations.Nullable;

/**
 * An output that a request names.
 *
 * @param name name of the output
 * @param binary whether it is binary; null if the request as a whole decides
 */
record RequestedOutput(String name, @Nullable Boolean binary) {}
