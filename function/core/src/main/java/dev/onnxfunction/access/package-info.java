/** Who may ask. */
@NullMarked
package dev.onnxfunction.access;

import org.jspecify.annotations.NullMarked;
