/** A rollout without a cluster: revisions are processes of this machine, behind a proxy. */
@NullMarked
package dev.onnxfunction.rollout.simulate;

import org.jspecify.annotations.NullMarked;
