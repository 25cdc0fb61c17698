/**
 * Large forests of regression trees, which are rewritten on their way from the file into ONNX
 * Runtime. Loaded as they are, they take eleven times the size of the file. The reader of files
 * also finds out what their operators do.
 */
@NullMarked
package dev.onnxfunction.forest;

import org.jspecify.annotations.NullMarked;
