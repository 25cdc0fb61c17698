/** Fakes and helpers of several tests. */
@NullMarked
package dev.onnxfunction.rollout.testing;

import org.jspecify.annotations.NullMarked;
