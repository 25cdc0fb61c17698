/** Tests that nothing with a known vulnerability is shipped or trains a model. */
@NullMarked
package dev.onnxfunction.advisories;

import org.jspecify.annotations.NullMarked;
