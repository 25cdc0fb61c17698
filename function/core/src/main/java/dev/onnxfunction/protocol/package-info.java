/** Protocols that tools of others speak, each as endpoints of the same function. */
@NullMarked
package dev.onnxfunction.protocol;

import org.jspecify.annotations.NullMarked;
