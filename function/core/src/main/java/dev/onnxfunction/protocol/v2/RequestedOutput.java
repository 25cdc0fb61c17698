package dev.onnxfunction.protocol.v2;

import org.jspecify.annotations.Nullable;

/**
 * An output that a request names.
 *
 * @param name of it
 * @param binary whether it is to be binary; null if the request as a whole decides
 */
record RequestedOutput(String name, @Nullable Boolean binary) {}
