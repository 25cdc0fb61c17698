/**
 * JSON in UTF-8, read strictly and directly into numbers.
 *
 * <p>The project has its own reader because every row and every start uses it: it takes about half
 * the time of Jackson's streaming parser for rows, including checks for unknown and repeated
 * members ({@code parse} and {@code parseWithJackson} in {@code BENCHMARKS.md}), and a tenth of its
 * classes at start.
 */
@NullMarked
package dev.onnxfunction.json;

import org.jspecify.annotations.NullMarked;
