/** Tests that rewritten forests predict what they predicted before. */
@NullMarked
package dev.onnxfunction.forest;

import org.jspecify.annotations.NullMarked;
