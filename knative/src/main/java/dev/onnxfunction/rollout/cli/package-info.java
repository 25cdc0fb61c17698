/** The command line: parses commands and options, and returns exit codes. */
@NullMarked
package dev.onnxfunction.rollout.cli;

import org.jspecify.annotations.NullMarked;
