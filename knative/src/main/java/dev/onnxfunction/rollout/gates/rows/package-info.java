/** Labelled rows: read, checked, hashed, and found in the fingerprint of a training set or not. */
@NullMarked
package dev.onnxfunction.rollout.gates.rows;

import org.jspecify.annotations.NullMarked;
