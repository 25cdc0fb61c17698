/** What happens, for those who want to know: metrics, logs and traces. */
@NullMarked
package dev.onnxfunction.observe;

import org.jspecify.annotations.NullMarked;
