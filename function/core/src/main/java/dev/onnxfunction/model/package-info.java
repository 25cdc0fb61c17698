/**
 * The model: its session in ONNX Runtime, the contract of its graph, and the batches that it runs.
 *
 * <p>{@link dev.onnxfunction.model.OnnxModel} loads a file and is its session. At load, {@link
 * dev.onnxfunction.model.SignatureReader} determines which tensor and column each feature goes to.
 * A request then borrows a {@link dev.onnxfunction.model.Batch} for its {@link
 * dev.onnxfunction.model.Task}, fills it through the {@link dev.onnxfunction.model.Column}s, and
 * runs it: {@link dev.onnxfunction.model.RowBinding} gives its memory to the runtime without
 * copies.
 *
 * <p>No other package uses ONNX Runtime.
 */
@NullMarked
package dev.onnxfunction.model;

import org.jspecify.annotations.NullMarked;
