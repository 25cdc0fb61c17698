/**
 * Large forests of regression trees, which are rewritten on their way from the file into ONNX
 * Runtime. Loaded as they are, they take eleven times the size of the file.
 */
@NullMarked
package dev.onnxfunction.forest;

import org.jspecify.annotations.NullMarked;
