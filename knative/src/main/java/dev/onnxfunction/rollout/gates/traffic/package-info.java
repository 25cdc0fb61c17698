/** What both revisions did for real users, as their pods count it. */
@NullMarked
package dev.onnxfunction.rollout.gates.traffic;

import org.jspecify.annotations.NullMarked;
