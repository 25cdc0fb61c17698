/** What became of requests and rows, counted while they pass, told when asked. */
@NullMarked
package dev.onnxfunction.metrics;

import org.jspecify.annotations.NullMarked;
