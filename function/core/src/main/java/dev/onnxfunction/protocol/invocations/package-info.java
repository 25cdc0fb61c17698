/** What MLflow's scoring server and SageMaker's endpoints take. */
@NullMarked
package dev.onnxfunction.protocol.invocations;

import org.jspecify.annotations.NullMarked;
