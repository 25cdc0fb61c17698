/**
 * Rewrites large forests of regression trees on their way from the file into ONNX Runtime, which
 * would otherwise need eleven times the file's size in memory to load them.
 */
@NullMarked
package dev.onnxfunction.forest;

import org.jspecify.annotations.NullMarked;
