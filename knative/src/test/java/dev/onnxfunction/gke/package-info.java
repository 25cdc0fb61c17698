/** Runs the pipeline's scripts with fakes that only record the calls. */
@NullMarked
package dev.onnxfunction.gke;

import org.jspecify.annotations.NullMarked;
