/** A command that runs in the cluster as a Job: made, followed, and told apart from others. */
@NullMarked
package dev.onnxfunction.rollout.job;

import org.jspecify.annotations.NullMarked;
