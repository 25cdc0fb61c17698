/** The HTTP server on Netty: connections, HTTP's own rules, start and stop. */
@NullMarked
package dev.onnxfunction.http;

import org.jspecify.annotations.NullMarked;
