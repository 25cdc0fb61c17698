/** The Open Inference Protocol V2 over HTTP, with the binary tensors of Triton. */
@NullMarked
package dev.onnxfunction.protocol.v2;

import org.jspecify.annotations.NullMarked;
