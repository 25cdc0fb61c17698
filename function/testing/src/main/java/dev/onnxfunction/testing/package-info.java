/** Tools that tests share: graphs built for a test, a running function, an HTTP client. */
@NullMarked
package dev.onnxfunction.testing;

import org.jspecify.annotations.NullMarked;
