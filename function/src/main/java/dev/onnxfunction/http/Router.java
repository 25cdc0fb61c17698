package dev.onnxfunction.http;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_ACCEPTABLE;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_URI_TOO_LONG;
import static io.netty.handler.codec.http.HttpResponseStatus.UNAUTHORIZED;
import static io.netty.handler.codec.http.HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE;

import dev.onnxfunction.access.ApiKeys;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Leads a request to its endpoint, or says why there is none for it. Thread-safe. */
final class Router {

    private static final String BEARER = "Bearer";
    private static final String BASIC =
            "Basic realm=\"Any name, and a key as the password\", charset=\"UTF-8\"";

    private final Map<String, Endpoint> endpoints = new HashMap<>();
    private final @Nullable ApiKeys keys;

    /**
     * @param endpoints all there are, each at its own path
     * @param keys that a client must have one of for all but health; null if anybody may ask
     */
    Router(List<Endpoint> endpoints, @Nullable ApiKeys keys) {
        endpoints.forEach(endpoint -> this.endpoints.put(endpoint.path(), endpoint));
        this.keys = keys;
    }

    /** What the path of a request is for; null if there is nothing at it. */
    @Nullable Endpoint find(Request request) {
        Endpoint endpoint = endpoints.get(request.path());
        return endpoint != null && endpoint.page() != null && prefersHtml(request.head())
                ? endpoint.page()
                : endpoint;
    }

    /**
     * @param endpoint what {@link #find} tells of the request
     */
    Answer answer(Request request, @Nullable Endpoint endpoint) {
        HttpRequest head = request.head();
        Answer refusal = refuseMessage(head, request.refusal());
        if (refusal != null) {
            return refusal;
        }
        if (keys != null && !isHealth(request.path()) && !isAllowed(head, keys)) {
            return unauthorized(request);
        }
        if (endpoint == null) {
            return Problem.of(
                    NOT_FOUND,
                    "Not found",
                    "There is nothing at this path. There is: " + String.join(", ", paths()) + ".");
        }
        refusal = refuse(head, endpoint);
        return refusal != null ? refusal : endpoint.answer().apply(request);
    }

    private static boolean isHealth(String path) {
        return path.equals(Endpoints.HEALTH) || path.startsWith(Endpoints.HEALTH + "/");
    }

    private static boolean isAllowed(HttpRequest head, ApiKeys keys) {
        String authorization = head.headers().get(HttpHeaderNames.AUTHORIZATION);
        return authorization != null && keys.admit(authorization);
    }

    /**
     * Only a browser is asked for Basic, for the page and what it is made of: it then asks the
     * person who sits before it for the key.
     */
    private static Answer unauthorized(Request request) {
        Answer problem =
                Problem.of(
                        UNAUTHORIZED,
                        "Unauthorized",
                        "The request has no valid key. Send one as Authorization: Bearer KEY, or as"
                                + " the password of Authorization: Basic.");
        return prefersHtml(request.head()) || request.path().startsWith(Endpoints.PAGE)
                ? problem.with(HttpHeaderNames.WWW_AUTHENTICATE, BASIC, BEARER)
                : problem.with(HttpHeaderNames.WWW_AUTHENTICATE, BEARER);
    }

    private static boolean prefersHtml(HttpRequest head) {
        return MediaTypes.prefersHtml(head.headers().getAll(HttpHeaderNames.ACCEPT));
    }

    /** All but the files that the page is made of. */
    private Set<String> paths() {
        Set<String> paths = new TreeSet<>(endpoints.keySet());
        paths.removeIf(path -> path.startsWith(Endpoints.PAGE));
        return paths;
    }

    /** What makes the message as a whole unusable. */
    private static @Nullable Answer refuseMessage(HttpRequest head, @Nullable Answer ofBody) {
        if (head.decoderResult().isFailure()) {
            return undecodable(head.decoderResult().cause());
        }
        boolean hosted = head.headers().getAll(HttpHeaderNames.HOST).size() == 1;
        if (!hosted && head.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return Problem.of(
                    BAD_REQUEST,
                    "Bad request",
                    "The request has not exactly one Host header. Send one.");
        }
        return ofBody;
    }

    private static Answer undecodable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                    Problem.of(
                            REQUEST_URI_TOO_LONG,
                            "URI too long",
                            "The request line is longer than "
                                    + HttpServer.MAX_REQUEST_LINE
                                    + " bytes. Send what it carries in the body.");
            case TooLongHttpHeaderException _ ->
                    Problem.of(
                            REQUEST_HEADER_FIELDS_TOO_LARGE,
                            "Header fields too large",
                            "The header fields are longer than "
                                    + HttpServer.MAX_HEADERS
                                    + " bytes together. Send fewer or shorter ones.");
            default ->
                    Problem.of(
                            BAD_REQUEST,
                            "Bad request",
                            "The request is not HTTP/1.1 as RFC 9112 defines it. Check the"
                                    + " client.");
        };
    }

    private static @Nullable Answer refuse(HttpRequest request, Endpoint endpoint) {
        if (!endpoint.takes(request.method())) {
            return Problem.of(
                            METHOD_NOT_ALLOWED,
                            "Method not allowed",
                            "This path takes " + endpoint.allowed() + " only. Use it.")
                    .with(HttpHeaderNames.ALLOW, endpoint.allowed());
        }
        HttpHeaders headers = request.headers();
        if (!MediaTypes.isAcceptable(endpoint.produces(), headers.getAll(HttpHeaderNames.ACCEPT))) {
            return Problem.of(
                    NOT_ACCEPTABLE,
                    "Not acceptable",
                    "The answer is " + endpoint.produces() + ". Accept it in the Accept header.");
        }
        return endpoint.takesBody() ? refuseBody(headers) : null;
    }

    private static @Nullable Answer refuseBody(HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
        if (type != null && !MediaTypes.isJson(type)) {
            return Problem.of(
                    UNSUPPORTED_MEDIA_TYPE,
                    "Unsupported media type",
                    "The body must be JSON in UTF-8. Send it with Content-Type: "
                            + MediaTypes.JSON
                            + ".");
        }
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Problem.of(
                    UNSUPPORTED_MEDIA_TYPE,
                    "Unsupported media type",
                    "The body must not be compressed. Send it without Content-Encoding.");
        }
        return null;
    }
}
