/** Runs a command in the cluster as a Job: submits, follows and resumes it. */
@NullMarked
package dev.onnxfunction.rollout.job;

import org.jspecify.annotations.NullMarked;
