package dev.onnxfunction.contract;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.access.RolloutKeys;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Leads a request to its endpoint, or says why there is none for it. Thread-safe. */
public final class Router {

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
    public Router crowded() {
        return new Router(
                endpoints.values().stream().filter(endpoint -> isHealth(endpoint.path())).toList(),
                null,
                rolloutKeys,
                true);
    }

    /** What is at a path; null if nothing is. */
    public @Nullable Endpoint endpoint(String path) {
        return endpoints.get(path);
    }

    /**
     * The way of a request, by its head alone: who is refused is not read any further.
     *
     * @param path that it asks for, without the query
     */
    public Route route(RequestHead head, String path) {
        Endpoint found = endpoints.get(path);
        Endpoint endpoint =
                found != null && found.page() != null && prefersHtml(head) ? found.page() : found;
        boolean rollout = rolloutKeys != null && rolloutKeys.admit(head.rolloutKey());
        return new Route(path, endpoint, refuse(head, path, endpoint, rollout), false, rollout);
    }

    private @Nullable Response refuse(
            RequestHead head, String path, @Nullable Endpoint endpoint, boolean rollout) {
        if (path.equals(Endpoints.SAMPLE) && endpoint != null) {
            return rollout ? refuse(head, endpoint) : forbidden();
        }
        boolean open = isHealth(path) || (rollout && path.equals(Endpoints.METRICS));
        if (keys != null && !open && !isAllowed(head, keys)) {
            return unauthorized(head, path);
        }
        return endpoint == null ? nowhere() : refuse(head, endpoint);
    }

    private Response nowhere() {
        return crowded
                ? Problem.of(
                        503,
                        "Busy",
                        "As many connections are open as limits.max-connections allows. Send it"
                                + " again in a second.")
                : Problem.of(
                        404,
                        "Not found",
                        "There is nothing at this path. There is: "
                                + String.join(", ", paths())
                                + ".");
    }

    private static boolean isHealth(String path) {
        return path.equals(Endpoints.HEALTH) || path.startsWith(Endpoints.HEALTH + "/");
    }

    private static boolean isAllowed(RequestHead head, ApiKeys keys) {
        String authorization = head.authorization();
        return authorization != null && keys.admit(authorization);
    }

    /**
     * Only a browser is asked for Basic, for the page and what it is made of: it then asks the
     * person who sits before it for the key.
     */
    private static Response unauthorized(RequestHead head, String path) {
        Response problem =
                Problem.of(
                        401,
                        "Unauthorized",
                        "The request has no valid key. Send one as Authorization: Bearer KEY, or as"
                                + " the password of Authorization: Basic.");
        return prefersHtml(head) || path.startsWith(Endpoints.PAGE)
                ? problem.with("www-authenticate", BASIC, BEARER)
                : problem.with("www-authenticate", BEARER);
    }

    private static Response forbidden() {
        return Problem.of(
                403,
                "Forbidden",
                "The request has no valid key of a rollout, and another key does not do. Send one"
                        + " of rollout.keys as X-Rollout-Key.");
    }

    private static boolean prefersHtml(RequestHead head) {
        return MediaTypes.prefersHtml(head.accept());
    }

    /** All that clients use, but the files that the page is made of. */
    private Set<String> paths() {
        Set<String> paths = new TreeSet<>(endpoints.keySet());
        paths.removeIf(path -> path.startsWith(Endpoints.PAGE) || path.equals(Endpoints.SAMPLE));
        return paths;
    }

    private static @Nullable Response refuse(RequestHead head, Endpoint endpoint) {
        if (!endpoint.takes(head.method())) {
            return Problem.of(
                            405,
                            "Method not allowed",
                            "This path takes " + endpoint.allowed() + " only. Use it.")
                    .with("allow", endpoint.allowed());
        }
        if (!MediaTypes.isAcceptable(endpoint.produces(), head.accept())) {
            return Problem.of(
                    406,
                    "Not acceptable",
                    "The answer is " + endpoint.produces() + ". Accept it in the Accept header.");
        }
        return endpoint.takesBody() ? refuseBody(head) : null;
    }

    private static @Nullable Response refuseBody(RequestHead head) {
        String type = head.contentType();
        if (type != null && !MediaTypes.isJson(type)) {
            return Problem.of(
                    415,
                    "Unsupported media type",
                    "The body must be JSON in UTF-8. Send it with Content-Type: "
                            + MediaTypes.JSON
                            + ".");
        }
        String encoding = head.contentEncoding();
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Problem.of(
                    415,
                    "Unsupported media type",
                    "The body must not be compressed. Send it without Content-Encoding.");
        }
        return null;
    }
}
