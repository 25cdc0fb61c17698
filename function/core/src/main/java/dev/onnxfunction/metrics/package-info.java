/**
 * Metrics for Prometheus. Counting costs each request a few additions. The first scrape loads
 * Micrometer and the Prometheus client.
 */
@NullMarked
package dev.onnxfunction.metrics;

import org.jspecify.annotations.NullMarked;
