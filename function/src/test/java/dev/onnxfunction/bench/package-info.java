/** JMH benchmarks of predictions within the process, and their evaluation. */
@NullMarked
package dev.onnxfunction.bench;

import org.jspecify.annotations.NullMarked;
