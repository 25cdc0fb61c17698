/** A command that runs in the cluster as a Job: submitted, followed, resumed. */
@NullMarked
package dev.onnxfunction.rollout.job;

import org.jspecify.annotations.NullMarked;
