/** A row is read, the model predicts, the answer is written. */
@NullMarked
package dev.onnxfunction.predict;

import org.jspecify.annotations.NullMarked;
