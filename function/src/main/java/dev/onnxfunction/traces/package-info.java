/**
 * Spans of requests, for OpenTelemetry; which is loaded only where there is somewhere to send them.
 */
@NullMarked
package dev.onnxfunction.traces;

import org.jspecify.annotations.NullMarked;
