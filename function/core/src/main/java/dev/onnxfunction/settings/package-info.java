/** Settings with their defaults and limits. */
@NullMarked
package dev.onnxfunction.settings;

import org.jspecify.annotations.NullMarked;
