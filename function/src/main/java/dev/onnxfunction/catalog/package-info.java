/** Spring Cloud Function's catalog of functions: the model's and the user's. */
@NullMarked
package dev.onnxfunction.catalog;

import org.jspecify.annotations.NullMarked;
