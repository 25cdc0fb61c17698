/** Hash functions that load no security provider. */
@NullMarked
package dev.onnxfunction.hash;

import org.jspecify.annotations.NullMarked;
