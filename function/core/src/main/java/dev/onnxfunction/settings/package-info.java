/** What can be set from outside, with its defaults and limits. */
@NullMarked
package dev.onnxfunction.settings;

import org.jspecify.annotations.NullMarked;
