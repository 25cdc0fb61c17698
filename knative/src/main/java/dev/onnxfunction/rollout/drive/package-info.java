/** The loop: observe, decide, report, act. */
@NullMarked
package dev.onnxfunction.rollout.drive;

import org.jspecify.annotations.NullMarked;
