/**
 * Holds what is scraped, drawn and alerted against what Prometheus, Google and the function say.
 */
@NullMarked
package dev.onnxfunction.monitoring;

import org.jspecify.annotations.NullMarked;
