/**
 * Comma-separated values (RFC 4180) in UTF-8 with a header, read strictly and directly into the
 * model's input memory. No class of it is loaded before its first use.
 *
 * <p>The project has its own reader, because libraries create a string for each cell, which must
 * then be parsed as a JSON number. FastCSV 4.1.0 (92 kB), the fastest that was tried, took 2 to 3
 * times as long for batches of 1000 rows of the example model, and longer than the JSON reader
 * takes for the same rows in JSON. The tests compare the cells with those that FastCSV finds.
 */
@NullMarked
package dev.onnxfunction.csv;

import org.jspecify.annotations.NullMarked;
