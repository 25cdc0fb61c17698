/** What several tests need. */
@NullMarked
package dev.onnxfunction.rollout.testing;

import org.jspecify.annotations.NullMarked;
