/** The content coding gzip (RFC 1952), inflated within bounds. */
@NullMarked
package dev.onnxfunction.gzip;

import org.jspecify.annotations.NullMarked;
