/** Bodies in the content coding gzip (RFC 1952): bounded when they are inflated. */
@NullMarked
package dev.onnxfunction.gzip;

import org.jspecify.annotations.NullMarked;
