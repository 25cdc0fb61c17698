/** Output: a line that is updated in place on a terminal, plain lines elsewhere. */
@NullMarked
package dev.onnxfunction.rollout.report;

import org.jspecify.annotations.NullMarked;
