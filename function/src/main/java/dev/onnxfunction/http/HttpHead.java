package dev.onnxfunction.http;

import dev.onnxfunction.contract.RequestHead;
import dev.onnxfunction.contract.Response;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The head of a request.
 *
 * @param method its method; {@value #UNKNOWN} if the request line cannot be read
 * @param target its target as sent; {@value #UNKNOWN} likewise
 * @param major its version's first digit
 * @param minor its version's second digit
 * @param fields its header fields
 * @param defect error response if it cannot be parsed; null otherwise
 */
record HttpHead(
        String method,
        String target,
        int major,
        int minor,
        HeaderFields fields,
        @Nullable Response defect)
        implements RequestHead {

    static final String UNKNOWN = "?";

    /** Digits of a length that fit a long. */
    private static final int MAX_DIGITS = 18;

    /** A head that has not arrived, so that the request cannot be answered but with an error. */
    static HttpHead unread(Response defect) {
        return new HttpHead(UNKNOWN, UNKNOWN, 1, 1, HeaderFields.NONE, defect);
    }

    /** Whether responses end when the connection does, because chunks are not known. */
    boolean isHttp10() {
        return minor == 0;
    }

    boolean isChunked() {
        return fields.first("transfer-encoding") != null;
    }

    /** Whether the connection is to stay open after the response. */
    boolean isKeepAlive() {
        return isHttp10()
                ? fields.lists("connection", "keep-alive") && !fields.lists("connection", "close")
                : !fields.lists("connection", "close");
    }

    /** Whether the client waits for 100 before it sends the body. */
    boolean expectsContinue() {
        return !isHttp10() && fields.lists("expect", "100-continue");
    }

    /**
     * Returns the length of the body in bytes according to the head; -1 if it does not say.
     *
     * @throws HeadException if the length is in doubt
     */
    long contentLength() throws HeadException {
        List<String> lengths = fields.all("content-length");
        if (lengths.isEmpty()) {
            return -1;
        }
        String digits = lengths.getFirst();
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || lengths.size() > 1) {
            throw HeadException.malformed();
        }
        long length = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw HeadException.malformed();
            }
            length = 10 * length + digit;
        }
        return length;
    }

    /** Returns a copy that cannot be answered but with an error. */
    HttpHead with(Response otherDefect) {
        return new HttpHead(method, target, major, minor, fields, otherDefect);
    }

    @Override
    public List<String> accept() {
        return fields.all("accept");
    }

    @Override
    public @Nullable String contentEncoding() {
        return fields.first("content-encoding") == null
                ? null
                : String.join(", ", fields.all("content-encoding"));
    }

    @Override
    public @Nullable String header(String name) {
        return fields.first(name);
    }
}
