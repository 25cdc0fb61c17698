/** Copies of requests, in memory, for a rollout that shows them to a candidate. */
@NullMarked
package dev.onnxfunction.sample;

import org.jspecify.annotations.NullMarked;
