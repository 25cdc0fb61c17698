/** A Service in a cluster: Knative's objects are read into what the engine sees, and written. */
@NullMarked
package dev.onnxfunction.rollout.cluster;

import org.jspecify.annotations.NullMarked;
