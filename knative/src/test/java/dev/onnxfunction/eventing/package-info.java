/** The manifests for Knative Eventing and Knative Functions. */
@NullMarked
package dev.onnxfunction.eventing;

import org.jspecify.annotations.NullMarked;
