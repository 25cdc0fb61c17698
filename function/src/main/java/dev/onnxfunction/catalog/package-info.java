/** The functions by name, as Spring Cloud Function knows them: the model's, and the user's. */
@NullMarked
package dev.onnxfunction.catalog;

import org.jspecify.annotations.NullMarked;
