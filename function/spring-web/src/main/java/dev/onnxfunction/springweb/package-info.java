/** The second server: the function on Spring Boot and spring-cloud-function-web. */
@NullMarked
package dev.onnxfunction.springweb;

import org.jspecify.annotations.NullMarked;
