/**
 * Labelled rows: reads, checks and hashes them, and looks them up in the fingerprint of a training
 * set.
 */
@NullMarked
package dev.onnxfunction.rollout.gates.rows;

import org.jspecify.annotations.NullMarked;
