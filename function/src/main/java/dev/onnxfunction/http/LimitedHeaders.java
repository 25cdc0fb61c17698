package dev.onnxfunction.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/**
 * Header fields of one request, limited in number. Netty limits only the bytes of a head and does
 * not count line ends: 16 KiB of lines such as {@code a:b} take more than 1 MB of memory.
 */
final class LimitedHeaders extends DefaultHttpHeaders {

    static final int MAX_FIELDS = 100;

    /** Bytes of memory of a field, in addition to its name and value. */
    private static final int FIELD_BYTES = 160;

    private int fields;
    private int bytes;

    LimitedHeaders(DefaultHttpHeadersFactory validators) {
        super(validators.getNameValidator(), validators.getValueValidator());
    }

    /**
     * @throws TooLongHttpHeaderException if there are {@value #MAX_FIELDS} already
     */
    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (++fields > MAX_FIELDS) {
            throw new TooLongHttpHeaderException("more than " + MAX_FIELDS + " header fields");
        }
        bytes += FIELD_BYTES + name.length() + ((CharSequence) value).length();
        return super.add(name, value);
    }

    /** Approximate memory of the fields in bytes. */
    int bytes() {
        return bytes;
    }
}
