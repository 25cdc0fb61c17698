/** Nothing is shipped, and no model is made, with a vulnerability that is known of. */
@NullMarked
package dev.onnxfunction.advisories;

import org.jspecify.annotations.NullMarked;
