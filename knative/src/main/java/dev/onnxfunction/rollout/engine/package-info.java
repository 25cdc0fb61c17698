/**
 * The decision: what to do next, from what a rollout remembers, what is seen and what time it is.
 *
 * <p>Nothing here reads a clock or talks to anything.
 */
@NullMarked
package dev.onnxfunction.rollout.engine;

import org.jspecify.annotations.NullMarked;
