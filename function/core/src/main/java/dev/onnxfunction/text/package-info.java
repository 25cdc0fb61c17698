/** Text of others, such as names in a model file, made fit to be shown. */
@NullMarked
package dev.onnxfunction.text;

import org.jspecify.annotations.NullMarked;
