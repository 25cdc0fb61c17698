/** Runs the Python tests as part of the Java build. */
@NullMarked
package dev.onnxfunction.training;

import org.jspecify.annotations.NullMarked;
