package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.Router;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Checks of every request, whatever its path: rules of RFC 9112 and limits of a head. */
final class MessageRules {

    private MessageRules() {}

    /** Returns the route of a valid message, or an error response. */
    static Route route(HttpRequest head, Router router) {
        String path = RequestTarget.path(head.uri());
        Response malformed = refuse(head, path);
        return malformed != null || path == null
                ? new Route(path == null ? head.uri() : path, null, malformed, true, false, null)
                : router.route(new NettyHead(head), path);
    }

    /**
     * Refuses an invalid message.
     *
     * @param path path of the request's target; null if it has none
     * @return null if the message is valid
     */
    private static @Nullable Response refuse(HttpRequest head, @Nullable String path) {
        if (head.decoderResult().isFailure()) {
            return undecodable(head.decoderResult().cause());
        }
        String fault = fault(head, path);
        return fault == null ? null : Response.error(400, "Bad request", fault);
    }

    /** Returns the response to a request that Netty could not decode. */
    static Response undecodable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                    Response.error(
                            414,
                            "URI too long",
                            "The request line is longer than "
                                    + RequestDecoder.MAX_REQUEST_LINE
                                    + " bytes. Send what it carries in the body.");
            case TooLongHttpHeaderException _ ->
                    Response.error(
                            431,
                            "Header fields too large",
                            "The header fields are longer than "
                                    + RequestDecoder.MAX_HEADERS
                                    + " bytes together, or more than "
                                    + LimitedHeaders.MAX_FIELDS
                                    + ". Send fewer or shorter ones.");
            default ->
                    Response.error(
                            400,
                            "Bad request",
                            "The request is not HTTP/1.1 as RFC 9112 defines it. Check the"
                                    + " client.");
        };
    }

    private static @Nullable String fault(HttpRequest head, @Nullable String path) {
        HttpVersion version = head.protocolVersion();
        HttpHeaders headers = head.headers();
        if (version.majorVersion() != 1) {
            return "The request is " + printable(version) + ". Send HTTP/1.1.";
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && version.minorVersion() > 0)) {
            return "The request has not exactly one Host header. Send one.";
        }
        if (!hosts.isEmpty() && !RequestTarget.isHost(hosts.getFirst())) {
            return "The Host header is not a host with or without a port. Send HOST or HOST:PORT.";
        }
        if (path == null) {
            return "The request's target is neither a path nor an http URL. Send a path, such as"
                    + " /predict.";
        }
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                ? faultOfEncoding(version, headers)
                : null;
    }

    private static String printable(HttpVersion version) {
        return "HTTP/" + version.majorVersion() + "." + version.minorVersion();
    }

    /** Servers that read the same message differently allow request smuggling. */
    private static @Nullable String faultOfEncoding(HttpVersion version, HttpHeaders headers) {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean chunked =
                codings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst());
        return chunked && version.minorVersion() > 0
                ? null
                : "The request has a Transfer-Encoding other than chunked, or is HTTP/1.0. Send its"
                        + " body with Content-Length.";
    }
}
