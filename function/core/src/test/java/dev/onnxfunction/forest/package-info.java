/** Forests that are rewritten, held to what they were. */
@NullMarked
package dev.onnxfunction.forest;

import org.jspecify.annotations.NullMarked;
