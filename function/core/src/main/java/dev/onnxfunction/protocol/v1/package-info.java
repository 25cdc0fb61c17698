/** V1 of TensorFlow Serving and KServe, which custom containers of Vertex AI also use. */
@NullMarked
package dev.onnxfunction.protocol.v1;

import org.jspecify.annotations.NullMarked;
