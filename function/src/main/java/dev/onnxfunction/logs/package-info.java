/** The log on the error stream, for people or for Google Cloud Logging. */
@NullMarked
package dev.onnxfunction.logs;

import org.jspecify.annotations.NullMarked;
