/** Events of requests, for metrics, logs and traces. */
@NullMarked
package dev.onnxfunction.observe;

import org.jspecify.annotations.NullMarked;
