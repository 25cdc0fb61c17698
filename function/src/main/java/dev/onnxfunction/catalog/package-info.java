/** The catalog of Spring Cloud Function, which holds the function by its name. */
@NullMarked
package dev.onnxfunction.catalog;

import org.jspecify.annotations.NullMarked;
