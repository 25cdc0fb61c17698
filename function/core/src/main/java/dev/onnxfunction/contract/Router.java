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

/** Finds the endpoint of a request, or the reason to refuse it. Thread-safe. */
public final class Router {

    /** By path. Endpoints that share a path differ in method or media types. */
    private final Map<String, List<Endpoint>> endpoints = new HashMap<>();

    /** How protocols write errors, by the first segment of their paths. */
    private final Map<String, Function<Problem, JsonWriter>> refusals = new HashMap<>();

    private final @Nullable ApiKeys keys;
    private final @Nullable RolloutKeys rolloutKeys;
    private final boolean crowded;

    /**
     * @param endpoints all endpoints; if two take the same requests, the latter wins
     * @param keys keys of clients, required for everything but health; null if no key is required
     * @param rolloutKeys keys that mark requests of a rollout; null if there are none
     */
    public Router(
            List<Endpoint> endpoints, @Nullable ApiKeys keys, @Nullable RolloutKeys rolloutKeys) {
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

    /**
     * Returns a router for connections beyond the limit: only health answers, all other requests
     * get 503.
     */
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

    /** Returns the first endpoint at a path; null if there is none. */
    public @Nullable Endpoint endpoint(String path) {
        List<Endpoint> here = endpoints.get(path);
        return here == null ? null : here.getFirst();
    }

    /**
     * Routes a request by its head alone; the body of a refused request is not read.
     *
     * @param path requested path, without the query
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

    /**
     * Returns the endpoint that takes the method and the media type, otherwise one that takes the
     * method, otherwise the first.
     */
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
        if (path.equals(KnownPaths.SAMPLE) && endpoint != null) {
            return rollout ? refuse(head, endpoint) : RoutingErrors.forbidden();
        }
        boolean open =
                (endpoint == null ? path.startsWith(KnownPaths.HEALTH + "/") : endpoint.health())
                        || (rollout && path.equals(KnownPaths.METRICS));
        if (keys != null && !open && !isAllowed(head, keys)) {
            // Browsers prompt the user for the key, for the web page and its files.
            boolean offerBasic = prefersHtml(head) || path.startsWith(KnownPaths.PAGE);
            return RoutingErrors.unauthorized(offerBasic);
        }
        if (endpoint == null) {
            return crowded ? RoutingErrors.busy() : RoutingErrors.notFound(paths());
        }
        return refuse(head, endpoint);
    }

    private static boolean isAllowed(RequestHead head, ApiKeys keys) {
        String authorization = head.authorization();
        return authorization != null && keys.admit(authorization);
    }

    private static boolean prefersHtml(RequestHead head) {
        return MediaTypes.prefersHtml(head.accept());
    }

    /** All public paths, without the web page's files. */
    private Set<String> paths() {
        Set<String> paths = new TreeSet<>(endpoints.keySet());
        paths.removeIf(path -> path.startsWith(KnownPaths.PAGE) || path.equals(KnownPaths.SAMPLE));
        return paths;
    }

    private @Nullable Response refuse(RequestHead head, Endpoint endpoint) {
        if (!endpoint.takes(head.method())) {
            return RoutingErrors.methodNotAllowed(allowed(endpoint.path()));
        }
        if (!isAnyAcceptable(endpoint.produces(), head)) {
            return RoutingErrors.notAcceptable(endpoint.produces());
        }
        return endpoint.takesBody() ? refuseBody(head, endpoint) : null;
    }

    /** No stream, because each new process interprets and compiles this for each request. */
    private static boolean isAnyAcceptable(List<String> types, RequestHead head) {
        for (String type : types) {
            if (MediaTypes.isAcceptable(type, head.accept())) {
                return true;
            }
        }
        return false;
    }

    private String allowed(String path) {
        Set<String> methods = new LinkedHashSet<>();
        for (Endpoint endpoint : at(path)) {
            methods.add(endpoint.allowed());
        }
        return String.join(", ", methods);
    }

    /** All media types that this path accepts. */
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
            return RoutingErrors.unsupportedType(types(endpoint));
        }
        return ContentCodings.isKnown(head.contentEncoding())
                ? null
                : RoutingErrors.unsupportedCoding();
    }
}
