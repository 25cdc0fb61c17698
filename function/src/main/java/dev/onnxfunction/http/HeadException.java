package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;

/** A request that is not HTTP, or exceeds a limit of its head or of its body's framing. */
final class HeadException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Response response;

    private HeadException(Response response) {
        super(null, null, false, false);
        this.response = response;
    }

    static HeadException malformed() {
        return new HeadException(
                Response.error(
                        400,
                        "Bad request",
                        "The request is not HTTP/1.1 as RFC 9112 defines it. Check the client."));
    }

    static HeadException lineTooLong() {
        return new HeadException(
                Response.error(
                        414,
                        "URI too long",
                        "The request line is longer than "
                                + RequestHeadParser.MAX_REQUEST_LINE
                                + " bytes. Send what it carries in the body."));
    }

    static HeadException chunkSizeTooLong(int maximum) {
        return new HeadException(
                Response.error(
                        400,
                        "Bad request",
                        "The line with the size of a chunk is longer than "
                                + maximum
                                + " bytes. Send shorter chunk extensions, or none."));
    }

    /**
     * @param kind of fields, such as {@code header}
     */
    static HeadException fieldsTooLarge(String kind) {
        return new HeadException(
                Response.error(
                        431,
                        "Header fields too large",
                        "The "
                                + kind
                                + " fields are longer than "
                                + RequestHeadParser.MAX_HEADERS
                                + " bytes together, or more than "
                                + RequestHeadParser.MAX_FIELDS
                                + ". Send fewer or shorter ones."));
    }

    Response response() {
        return response;
    }
}
