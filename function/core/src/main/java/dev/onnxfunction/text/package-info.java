/** Untrusted text, such as names in a model file, escaped for display. */
@NullMarked
package dev.onnxfunction.text;

import org.jspecify.annotations.NullMarked;
