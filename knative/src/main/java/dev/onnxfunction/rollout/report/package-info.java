/** What is shown: lines where they are kept, a moving one where there is a terminal. */
@NullMarked
package dev.onnxfunction.rollout.report;

import org.jspecify.annotations.NullMarked;
