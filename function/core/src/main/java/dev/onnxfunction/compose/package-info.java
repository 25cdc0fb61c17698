/** The functions that rows and predictions go through, before and after the model. */
@NullMarked
package dev.onnxfunction.compose;

import org.jspecify.annotations.NullMarked;
