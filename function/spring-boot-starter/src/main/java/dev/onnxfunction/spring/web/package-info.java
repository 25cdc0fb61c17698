/**
 * The contract over spring-cloud-function-web. It hides from clients how the framework treats
 * paths, headers, bodies and failures.
 */
@NullMarked
package dev.onnxfunction.spring.web;

import org.jspecify.annotations.NullMarked;
