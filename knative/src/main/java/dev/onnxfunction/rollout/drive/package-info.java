/** The loop: what is seen, what follows, what is said, what is done. */
@NullMarked
package dev.onnxfunction.rollout.drive;

import org.jspecify.annotations.NullMarked;
