/** Runs the pipeline's scripts against programs that only record what they are asked to do. */
@NullMarked
package dev.onnxfunction.gke;

import org.jspecify.annotations.NullMarked;
