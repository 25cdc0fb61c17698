/** The model card: what a model file says of itself, as a checked document. */
@NullMarked
package dev.onnxfunction.card;

import org.jspecify.annotations.NullMarked;
