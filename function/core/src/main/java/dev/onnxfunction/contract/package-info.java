/**
 * The HTTP contract, independent of a server: endpoints, problems, media types and limits, on a
 * neutral request and response. Each server translates between these and its own HTTP.
 */
@NullMarked
package dev.onnxfunction.contract;

import org.jspecify.annotations.NullMarked;
