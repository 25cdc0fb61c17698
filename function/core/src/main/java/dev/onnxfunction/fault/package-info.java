/** What is wrong with the rows of a request. */
@NullMarked
package dev.onnxfunction.fault;

import org.jspecify.annotations.NullMarked;
