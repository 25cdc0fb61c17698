package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.Router;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Checks of every request, whatever its path: rules of RFC 9112 and limits of a head. */
final class MessageRules {

    private MessageRules() {}

    /** Returns the route of a valid message, or an error response. */
    static Route route(HttpHead head, Router router) {
        String path = RequestTarget.path(head.target());
        Response malformed = refuse(head, path);
        return malformed != null || path == null
                ? new Route(path == null ? head.target() : path, null, malformed, true, false, null)
                : router.route(head, path);
    }

    /**
     * Refuses an invalid message.
     *
     * @param path path of the request's target; null if it has none
     * @return null if the message is valid
     */
    static @Nullable Response refuse(HttpHead head, @Nullable String path) {
        if (head.defect() != null) {
            return head.defect();
        }
        String fault = fault(head, path);
        return fault == null ? null : Response.error(400, "Bad request", fault);
    }

    private static @Nullable String fault(HttpHead head, @Nullable String path) {
        if (head.major() != 1) {
            return "The request is HTTP/%d.%d. Send HTTP/1.1."
                    .formatted(head.major(), head.minor());
        }
        List<String> hosts = head.fields().all("host");
        if (hosts.size() > 1 || (hosts.isEmpty() && !head.isHttp10())) {
            return "The request has not exactly one Host header. Send one.";
        }
        if (!hosts.isEmpty() && !RequestTarget.isHost(hosts.getFirst())) {
            return "The Host header is not a host with or without a port. Send HOST or HOST:PORT.";
        }
        if (path == null) {
            return "The request's target is neither a path nor an http URL. Send a path, such as"
                    + " /predict.";
        }
        return head.isChunked() ? faultOfEncoding(head) : null;
    }

    /** Servers that read the same message differently allow request smuggling. */
    private static @Nullable String faultOfEncoding(HttpHead head) {
        List<String> codings = head.fields().all("transfer-encoding");
        boolean chunked = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
        return chunked && !head.isHttp10()
                ? null
                : "The request has a Transfer-Encoding other than chunked, or is HTTP/1.0. Send its"
                        + " body with Content-Length.";
    }
}
