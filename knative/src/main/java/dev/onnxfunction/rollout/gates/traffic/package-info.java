/** The requests of real users to both revisions, as their pods count them. */
@NullMarked
package dev.onnxfunction.rollout.gates.traffic;

import org.jspecify.annotations.NullMarked;
