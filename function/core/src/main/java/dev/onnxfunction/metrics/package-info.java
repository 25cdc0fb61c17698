/**
 * Counts, for Prometheus. Counting costs some additions per request; Micrometer and the client of
 * Prometheus are loaded when the counts are first asked for.
 */
@NullMarked
package dev.onnxfunction.metrics;

import org.jspecify.annotations.NullMarked;
