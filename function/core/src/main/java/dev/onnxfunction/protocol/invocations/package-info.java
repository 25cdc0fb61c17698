/** The formats of MLflow's scoring server and SageMaker's endpoints. */
@NullMarked
package dev.onnxfunction.protocol.invocations;

import org.jspecify.annotations.NullMarked;
