/** Settings with their defaults and limits, and the error that stops a start. */
@NullMarked
package dev.onnxfunction.settings;

import org.jspecify.annotations.NullMarked;
