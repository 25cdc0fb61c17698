/** How a start that cannot succeed ends: with what happened and what to do. */
@NullMarked
package dev.onnxfunction.start;

import org.jspecify.annotations.NullMarked;
