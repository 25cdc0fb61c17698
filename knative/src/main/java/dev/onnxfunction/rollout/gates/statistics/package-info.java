/** How much worse a model is than another, and how sure that is. */
@NullMarked
package dev.onnxfunction.rollout.gates.statistics;

import org.jspecify.annotations.NullMarked;
