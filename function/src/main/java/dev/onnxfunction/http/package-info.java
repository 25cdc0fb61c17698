/** The HTTP server: event loops, connections, HTTP's own rules, start and stop. */
@NullMarked
package dev.onnxfunction.http;

import org.jspecify.annotations.NullMarked;
