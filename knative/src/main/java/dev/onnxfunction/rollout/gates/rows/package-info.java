/**
 * Labelled rows: reads, checks and hashes them, looks them up in the fingerprint of a training set,
 * and makes changed copies of them, the probes and the neighbors.
 */
@NullMarked
package dev.onnxfunction.rollout.gates.rows;

import org.jspecify.annotations.NullMarked;
