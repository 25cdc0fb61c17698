/** The HTTP server: event loops, connections and their limits, HTTP's own rules, start and stop. */
@NullMarked
package dev.onnxfunction.http;

import org.jspecify.annotations.NullMarked;
