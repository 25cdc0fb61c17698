/** The gates: they send the candidate and live the same requests, and compare the responses. */
@NullMarked
package dev.onnxfunction.rollout.gates;

import org.jspecify.annotations.NullMarked;
