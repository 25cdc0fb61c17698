/** Spans of requests for OpenTelemetry, which is loaded only if an endpoint is set. */
@NullMarked
package dev.onnxfunction.traces;

import org.jspecify.annotations.NullMarked;
