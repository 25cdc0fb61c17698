/**
 * The process: main, the arguments, the parts and how they are connected, signals and the exit. It
 * may use every other package, and none uses it.
 */
@NullMarked
package dev.onnxfunction;

import org.jspecify.annotations.NullMarked;
