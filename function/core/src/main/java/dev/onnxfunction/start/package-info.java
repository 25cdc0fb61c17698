/** Errors that stop the start: what happened and what to do. */
@NullMarked
package dev.onnxfunction.start;

import org.jspecify.annotations.NullMarked;
