/** The application: settings, beans and main. */
@NullMarked
package dev.onnxfunction;

import org.jspecify.annotations.NullMarked;
