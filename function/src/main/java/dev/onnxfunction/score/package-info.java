/**
 * Offline scoring: the rows of a file are predicted and written to another file. Nothing of it is
 * loaded by a start of the server.
 */
@NullMarked
package dev.onnxfunction.score;

import org.jspecify.annotations.NullMarked;
