/**
 * JSON in UTF-8, read strictly and directly into numbers.
 *
 * <p>The project has its own reader because every row and every start uses it. It takes 0.20 times
 * as long as Jackson's streaming parser for a thousand rows, including checks for unknown and
 * repeated members, and a tenth of its classes at start. The command under "Microbenchmarks" in
 * {@code BENCHMARKS.md} measures both, as {@code parse} and {@code parseWithJackson}.
 */
@NullMarked
package dev.onnxfunction.json;

import org.jspecify.annotations.NullMarked;
