/** What tests share: graphs made for the case, a running function, an HTTP client. */
@NullMarked
package dev.onnxfunction.testing;

import org.jspecify.annotations.NullMarked;
