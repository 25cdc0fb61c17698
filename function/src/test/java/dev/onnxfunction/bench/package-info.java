/** What a prediction costs inside the process: benchmarks with JMH, and their verdict. */
@NullMarked
package dev.onnxfunction.bench;

import org.jspecify.annotations.NullMarked;
