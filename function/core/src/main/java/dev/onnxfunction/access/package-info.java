/** API keys of clients and of rollouts. */
@NullMarked
package dev.onnxfunction.access;

import org.jspecify.annotations.NullMarked;
