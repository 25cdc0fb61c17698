@NullMarked
package dev.onnxfunction.sample;

import org.jspecify.annotations.NullMarked;
