/** Copies of requests, in memory, for a rollout that sends them to a candidate. */
@NullMarked
package dev.onnxfunction.sample;

import org.jspecify.annotations.NullMarked;
