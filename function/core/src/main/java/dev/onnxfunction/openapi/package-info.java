/** What is offered over HTTP, as OpenAPI 3.1. Nothing of it is loaded before it is asked for. */
@NullMarked
package dev.onnxfunction.openapi;

import org.jspecify.annotations.NullMarked;
