/** How much worse a model is than another, and with which confidence. */
@NullMarked
package dev.onnxfunction.rollout.gates.statistics;

import org.jspecify.annotations.NullMarked;
