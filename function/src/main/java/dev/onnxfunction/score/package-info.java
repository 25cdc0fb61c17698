/**
 * Offline scoring: predicts the rows of a file into another file. The start of the server loads
 * none of its classes.
 */
@NullMarked
package dev.onnxfunction.score;

import org.jspecify.annotations.NullMarked;
