/**
 * CloudEvents 1.0 over HTTP, and what Knative's {@code func} asks: rows that are posted to the
 * root.
 */
@NullMarked
package dev.onnxfunction.protocol.cloudevents;

import org.jspecify.annotations.NullMarked;
