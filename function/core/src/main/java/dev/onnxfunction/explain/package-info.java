/**
 * What each feature contributes to a prediction. Nothing of it is loaded before it is asked for.
 */
@NullMarked
package dev.onnxfunction.explain;

import org.jspecify.annotations.NullMarked;
