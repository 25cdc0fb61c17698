/** CloudEvents 1.0 over HTTP, and rows for Knative's {@code func}, posted to the root. */
@NullMarked
package dev.onnxfunction.protocol.cloudevents;

import org.jspecify.annotations.NullMarked;
