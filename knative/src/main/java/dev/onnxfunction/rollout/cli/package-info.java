/** The command line: what is asked for is read, and the exit code tells how it went. */
@NullMarked
package dev.onnxfunction.rollout.cli;

import org.jspecify.annotations.NullMarked;
