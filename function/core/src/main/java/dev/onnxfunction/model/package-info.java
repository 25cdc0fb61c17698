/**
 * The model: its session in ONNX Runtime, the contract of its graph, and the batches that it runs.
 */
@NullMarked
package dev.onnxfunction.model;

import org.jspecify.annotations.NullMarked;
