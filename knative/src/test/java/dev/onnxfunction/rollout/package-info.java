/** Tests of the rollout as a whole. */
@NullMarked
package dev.onnxfunction.rollout;

import org.jspecify.annotations.NullMarked;
