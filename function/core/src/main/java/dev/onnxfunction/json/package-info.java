/**
 * JSON in UTF-8, read strictly and straight into numbers.
 *
 * <p>A reader of its own, because every row and every start goes through it: it takes about half
 * the time of Jackson's streaming parser for rows, checks for unknown and repeated members included
 * ({@code parse} and {@code parseWithJackson} in {@code BENCHMARKS.md}), and a tenth of its classes
 * at start.
 */
@NullMarked
package dev.onnxfunction.json;

import org.jspecify.annotations.NullMarked;
