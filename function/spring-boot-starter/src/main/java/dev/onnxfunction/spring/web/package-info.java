/**
 * The contract over spring-cloud-function-web: what the framework would do otherwise with paths,
 * headers, bodies and failures is kept away from clients.
 */
@NullMarked
package dev.onnxfunction.spring.web;

import org.jspecify.annotations.NullMarked;
