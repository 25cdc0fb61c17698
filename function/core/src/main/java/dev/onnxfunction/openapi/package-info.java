/** The HTTP API as OpenAPI 3.1. No class of it is loaded before the first request for it. */
@NullMarked
package dev.onnxfunction.openapi;

import org.jspecify.annotations.NullMarked;
