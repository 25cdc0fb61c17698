/** The second door: the function in Spring Boot, over spring-cloud-function-web. */
@NullMarked
package dev.onnxfunction.springweb;

import org.jspecify.annotations.NullMarked;
