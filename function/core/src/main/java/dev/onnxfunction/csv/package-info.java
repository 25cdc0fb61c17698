/**
 * Comma-separated values (RFC 4180) in UTF-8, with a header, read strictly and straight into the
 * memory that the model takes. No class of it is loaded before it is first used.
 *
 * <p>A reader of its own, because a library makes a string of each cell, which then has to become a
 * number by the rules of JSON. FastCSV 4.1.0 (92 kB), the fastest that was tried, took 2 to 3 times
 * as long for batches of 1000 rows of the example model, and longer than the JSON reader takes for
 * the same rows in JSON. The tests compare the cells with those that FastCSV finds.
 */
@NullMarked
package dev.onnxfunction.csv;

import org.jspecify.annotations.NullMarked;
