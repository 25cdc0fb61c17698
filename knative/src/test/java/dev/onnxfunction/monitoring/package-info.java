/** Checks PodMonitoring, dashboard and alerts against Prometheus, Google Cloud and the function. */
@NullMarked
package dev.onnxfunction.monitoring;

import org.jspecify.annotations.NullMarked;
