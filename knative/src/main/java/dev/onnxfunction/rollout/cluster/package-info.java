/** A Service in a cluster: reads Knative's objects into observations, and writes changes. */
@NullMarked
package dev.onnxfunction.rollout.cluster;

import org.jspecify.annotations.NullMarked;
