package dev.onnxfunction.http;

import static io.netty.handler.codec.http.HttpResponseStatus.FORBIDDEN;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_ACCEPTABLE;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;
import static io.netty.handler.codec.http.HttpResponseStatus.UNAUTHORIZED;
import static io.netty.handler.codec.http.HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.access.RolloutKeys;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Leads a request to its endpoint, or says why there is none for it. Thread-safe. */
final class Router {

    private static final AsciiString ROLLOUT_KEY = AsciiString.cached("x-rollout-key");

    private static final String BEARER = "Bearer";
    private static final String BASIC =
            "Basic realm=\"Any name, and a key as the password\", charset=\"UTF-8\"";

    private final Map<String, Endpoint> endpoints = new HashMap<>();
    private final @Nullable ApiKeys keys;
    private final @Nullable RolloutKeys rolloutKeys;
    private final boolean crowded;

    /**
     * @param endpoints all there are, each at its own path
     * @param keys that a client must have one of for all but health; null if anybody may ask
     * @param rolloutKeys by which requests of a rollout are known; null if none are
     */
    Router(List<Endpoint> endpoints, @Nullable ApiKeys keys, @Nullable RolloutKeys rolloutKeys) {
        this(endpoints, keys, rolloutKeys, false);
    }

    private Router(
            Collection<Endpoint> endpoints,
            @Nullable ApiKeys keys,
            @Nullable RolloutKeys rolloutKeys,
            boolean crowded) {
        endpoints.forEach(endpoint -> this.endpoints.put(endpoint.path(), endpoint));
        this.keys = keys;
        this.rolloutKeys = rolloutKeys;
        this.crowded = crowded;
    }

    /** For connections beyond their limit: health answers, all else is busy. */
    Router crowded() {
        return new Router(
                endpoints.values().stream().filter(endpoint -> isHealth(endpoint.path())).toList(),
                null,
                rolloutKeys,
                true);
    }

    /**
     * The way of a request, by its head alone: who is refused is not read any further.
     *
     * @param head what comes before the body; its decoder result tells whether it is HTTP
     */
    Route route(HttpRequest head) {
        String path = RequestTarget.path(head.uri());
        Answer malformed = MessageRules.refuse(head, path);
        if (malformed != null || path == null) {
            return new Route(path == null ? head.uri() : path, null, malformed, true, false);
        }
        Endpoint found = endpoints.get(path);
        Endpoint endpoint =
                found != null && found.page() != null && prefersHtml(head) ? found.page() : found;
        boolean rollout = rolloutKeys != null && rolloutKeys.admit(head.headers().get(ROLLOUT_KEY));
        return new Route(path, endpoint, refuse(head, path, endpoint, rollout), false, rollout);
    }

    private @Nullable Answer refuse(
            HttpRequest head, String path, @Nullable Endpoint endpoint, boolean rollout) {
        if (path.equals(Endpoints.SAMPLE) && endpoint != null) {
            return rollout ? refuse(head, endpoint) : forbidden();
        }
        boolean open = isHealth(path) || (rollout && path.equals(Endpoints.METRICS));
        if (keys != null && !open && !isAllowed(head, keys)) {
            return unauthorized(head, path);
        }
        return endpoint == null ? nowhere() : refuse(head, endpoint);
    }

    private Answer nowhere() {
        return crowded
                ? Problem.of(
                        SERVICE_UNAVAILABLE,
                        "Busy",
                        "As many connections are open as limits.max-connections allows. Send it"
                                + " again in a second.")
                : Problem.of(
                        NOT_FOUND,
                        "Not found",
                        "There is nothing at this path. There is: "
                                + String.join(", ", paths())
                                + ".");
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
    private static Answer unauthorized(HttpRequest head, String path) {
        Answer problem =
                Problem.of(
                        UNAUTHORIZED,
                        "Unauthorized",
                        "The request has no valid key. Send one as Authorization: Bearer KEY, or as"
                                + " the password of Authorization: Basic.");
        return prefersHtml(head) || path.startsWith(Endpoints.PAGE)
                ? problem.with(HttpHeaderNames.WWW_AUTHENTICATE, BASIC, BEARER)
                : problem.with(HttpHeaderNames.WWW_AUTHENTICATE, BEARER);
    }

    private static Answer forbidden() {
        return Problem.of(
                FORBIDDEN,
                "Forbidden",
                "The request has no valid key of a rollout, and another key does not do. Send one"
                        + " of rollout.keys as X-Rollout-Key.");
    }

    private static boolean prefersHtml(HttpRequest head) {
        return MediaTypes.prefersHtml(head.headers().getAll(HttpHeaderNames.ACCEPT));
    }

    /** All that clients use, but the files that the page is made of. */
    private Set<String> paths() {
        Set<String> paths = new TreeSet<>(endpoints.keySet());
        paths.removeIf(path -> path.startsWith(Endpoints.PAGE) || path.equals(Endpoints.SAMPLE));
        return paths;
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
