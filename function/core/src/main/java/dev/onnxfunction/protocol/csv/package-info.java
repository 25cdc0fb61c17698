/** Rows in CSV on {@code POST /predict}. */
@NullMarked
package dev.onnxfunction.protocol.csv;

import org.jspecify.annotations.NullMarked;
