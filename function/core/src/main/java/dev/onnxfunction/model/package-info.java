/** The model: its card, the graph's contract, and the class that runs it in ONNX Runtime. */
@NullMarked
package dev.onnxfunction.model;

import org.jspecify.annotations.NullMarked;
