/** Protocols of other model servers, each as endpoints of the same function. */
@NullMarked
package dev.onnxfunction.protocol;

import org.jspecify.annotations.NullMarked;
