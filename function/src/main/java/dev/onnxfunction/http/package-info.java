/**
 * The function over HTTP: what is asked for, what is refused, and how the server starts and stops.
 */
@NullMarked
package dev.onnxfunction.http;

import org.jspecify.annotations.NullMarked;
