/**
 * The contract without a server: endpoints, problems, media types and limits, on a neutral request
 * and response. A door translates between these and its own HTTP.
 */
@NullMarked
package dev.onnxfunction.contract;

import org.jspecify.annotations.NullMarked;
