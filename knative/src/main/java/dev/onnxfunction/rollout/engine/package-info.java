/**
 * The decision: the next step, from the state of a rollout, the observation and the time.
 *
 * <p>Nothing here reads a clock or makes a call.
 */
@NullMarked
package dev.onnxfunction.rollout.engine;

import org.jspecify.annotations.NullMarked;
