/**
 * The model in a Spring Boot application: beans, settings, health and meters by auto-configuration.
 */
@NullMarked
package dev.onnxfunction.spring;

import org.jspecify.annotations.NullMarked;
