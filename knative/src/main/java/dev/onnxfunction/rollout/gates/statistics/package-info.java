/** Statistical tests and confidence intervals that compare two models. */
@NullMarked
package dev.onnxfunction.rollout.gates.statistics;

import org.jspecify.annotations.NullMarked;
