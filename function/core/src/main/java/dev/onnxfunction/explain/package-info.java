/**
 * The contribution of each feature to a prediction. No class of it is loaded before the first
 * explanation.
 */
@NullMarked
package dev.onnxfunction.explain;

import org.jspecify.annotations.NullMarked;
