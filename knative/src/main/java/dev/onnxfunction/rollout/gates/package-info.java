/** What a candidate has to pass: it is asked what the live revision is asked, and compared. */
@NullMarked
package dev.onnxfunction.rollout.gates;

import org.jspecify.annotations.NullMarked;
