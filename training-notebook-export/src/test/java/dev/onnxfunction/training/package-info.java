/** Runs what Python tests of this folder from the Java build. */
@NullMarked
package dev.onnxfunction.training;

import org.jspecify.annotations.NullMarked;
