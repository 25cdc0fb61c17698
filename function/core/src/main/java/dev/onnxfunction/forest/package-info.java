/**
 * Large forests of regression trees: rewritten on their way from the file into ONNX Runtime, which
 * otherwise takes eleven times the size of the file to load them.
 */
@NullMarked
package dev.onnxfunction.forest;

import org.jspecify.annotations.NullMarked;
