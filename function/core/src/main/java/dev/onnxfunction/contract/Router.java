package dev.onnxfunction.contract;

import dev.onnxfunction.access.ApiKeys;
import dev.onnxfunction.access.RolloutKeys;
import dev.onnxfunction.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Leads a request to its endpoint, or says why there is none for it. Thread-safe. */
public final class Router {

    private static final String BEARER = "Bearer";
    private static final String BASIC =
            "Basic realm=\"Any name, and a key as the password\", charset=\"UTF-8\"";

    /** By path; those that share one differ in method or media types. */
    private final Map<String, List<Endpoint>> endpoints = new HashMap<>();

    /** How protocols write problems, by the first segment of their paths. */
    private final Map<String, Function<Problem, JsonWriter>> refusals = new HashMap<>();

    private final @Nullable ApiKeys keys;
    private final @Nullable RolloutKeys rolloutKeys;
    private final boolean crowded;

    /**
     * @param endpoints all there are; of two that take the same, the latter counts
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
        endpoints.forEach(this::add);
        this.keys = keys;
        this.rolloutKeys = rolloutKeys;
        this.crowded = crowded;
    }

    private void add(Endpoint endpoint) {
        List<Endpoint> here = endpoints.computeIfAbsent(endpoint.path(), _ -> new ArrayList<>(1));
        here.removeIf(endpoint::replaces);
        here.add(endpoint);
        Function<Problem, JsonWriter> own = endpoint.refusals();
        if (own != null) {
            refusals.put(firstSegment(endpoint.path()), own);
        }
    }

    private static String firstSegment(String path) {
        int end = path.indexOf('/', 1);
        return end < 0 ? path : path.substring(0, end);
    }

    /** For connections beyond their limit: health answers, all else is busy. */
    public Router crowded() {
        Router router =
                new Router(
                        endpoints.values().stream()
                                .flatMap(List::stream)
                                .filter(Endpoint::health)
                                .toList(),
                        null,
                        rolloutKeys,
                        true);
        router.refusals.putAll(refusals);
        return router;
    }

    /** What is at a path, with the method that came first; null if nothing is. */
    public @Nullable Endpoint endpoint(String path) {
        List<Endpoint> here = endpoints.get(path);
        return here == null ? null : here.getFirst();
    }

    /**
     * The way of a request, by its head alone: who is refused is not read any further.
     *
     * @param path that it asks for, without the query
     */
    public Route route(RequestHead head, String path) {
        List<Endpoint> here = endpoints.get(path);
        Endpoint found = here == null ? null : choose(here, head);
        Endpoint endpoint =
                found != null && found.page() != null && prefersHtml(head) ? found.page() : found;
        boolean rollout = rolloutKeys != null && rolloutKeys.admit(head.rolloutKey());
        return new Route(
                path,
                endpoint,
                refuse(head, path, endpoint, rollout),
                false,
                rollout,
                endpoint == null ? refusals.get(firstSegment(path)) : endpoint.refusals());
    }

    /** The one that takes the method and the media type; else the one that takes most of it. */
    private static Endpoint choose(List<Endpoint> here, RequestHead head) {
        Endpoint best = here.getFirst();
        if (here.size() == 1) {
            return best;
        }
        boolean taken = false;
        for (Endpoint endpoint : here) {
            if (endpoint.takes(head.method())) {
                if (takesType(endpoint.consumes(), head)) {
                    return endpoint;
                }
                best = taken ? best : endpoint;
                taken = true;
            }
        }
        return best;
    }

    private static boolean takesType(List<String> types, RequestHead head) {
        String type = head.contentType();
        return types.isEmpty() || type == null || MediaTypes.isOneOf(type, types);
    }

    private @Nullable Response refuse(
            RequestHead head, String path, @Nullable Endpoint endpoint, boolean rollout) {
        if (path.equals(Endpoints.SAMPLE) && endpoint != null) {
            return rollout ? refuse(head, endpoint) : forbidden();
        }
        boolean open =
                (endpoint != null && endpoint.health())
                        || path.startsWith(Endpoints.HEALTH + "/")
                        || (rollout && path.equals(Endpoints.METRICS));
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

    private @Nullable Response refuse(RequestHead head, Endpoint endpoint) {
        if (!endpoint.takes(head.method())) {
            String allowed = allowed(endpoint.path());
            return Problem.of(
                            405,
                            "Method not allowed",
                            "This path takes " + allowed + " only. Use it.")
                    .with("allow", allowed);
        }
        List<String> produces = endpoint.produces();
        if (produces.stream().noneMatch(type -> MediaTypes.isAcceptable(type, head.accept()))) {
            return Problem.of(
                    406,
                    "Not acceptable",
                    "The answer is "
                            + String.join(" or ", produces)
                            + ". Accept it in the Accept header.");
        }
        return endpoint.takesBody() ? refuseBody(head, endpoint) : null;
    }

    private String allowed(String path) {
        Set<String> methods = new LinkedHashSet<>();
        for (Endpoint endpoint : at(path)) {
            methods.add(endpoint.allowed());
        }
        return String.join(", ", methods);
    }

    /** All that a body at this path may be. */
    private List<String> types(Endpoint asked) {
        List<String> types = new ArrayList<>();
        for (Endpoint endpoint : at(asked.path())) {
            if (endpoint.takesBody()) {
                types.addAll(endpoint.consumes());
            }
        }
        return types;
    }

    private List<Endpoint> at(String path) {
        return endpoints.getOrDefault(path, List.of());
    }

    private @Nullable Response refuseBody(RequestHead head, Endpoint endpoint) {
        if (!takesType(endpoint.consumes(), head)) {
            List<String> types = types(endpoint);
            return Problem.of(
                    415,
                    "Unsupported media type",
                    types.equals(List.of(MediaTypes.JSON))
                            ? "The body must be JSON in UTF-8. Send it with Content-Type: "
                                    + MediaTypes.JSON
                                    + "."
                            : "The body must be one of these, text in UTF-8: "
                                    + String.join(", ", types)
                                    + ". Send it with its Content-Type.");
        }
        return ContentCodings.isKnown(head.contentEncoding())
                ? null
                : Problem.of(
                                415,
                                "Unsupported media type",
                                "The body may be compressed with gzip only. Send it with"
                                        + " Content-Encoding: gzip, or without one.")
                        .with("accept-encoding", ContentCodings.GZIP);
    }
}
