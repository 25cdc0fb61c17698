package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Handles one method of a path, for some media types of the body. Several endpoints may share a
 * path.
 *
 * @param path exact path
 * @param method GET or POST; a GET also takes HEAD
 * @param produces media types of its responses, the default first
 * @param consumes accepted media types of a body, text in UTF-8; empty for a GET
 * @param answer returns the response to a request, whose body is empty for a GET; several threads
 *     call it at once
 * @param lane selects the threads that answer a request
 * @param timeout nanoseconds from a request's last byte until its {@link Request#task} is cancelled
 * @param health whether probes use it: it needs no key and also answers beyond the connection limit
 * @param refusals how its protocol writes an error, in JSON; null for the problem document
 * @param page endpoint for clients that prefer HTML; null if there is none
 */
public record Endpoint(
        String path,
        String method,
        List<String> produces,
        List<String> consumes,
        Function<Request, Response> answer,
        Function<Request, Lane> lane,
        long timeout,
        boolean health,
        @Nullable Function<Problem, JsonWriter> refusals,
        @Nullable Endpoint page) {

    private static final String GET = "GET";
    private static final String POST = "POST";

    private static final long NEVER = Long.MAX_VALUE / 2;

    private static final List<String> JSON = List.of(MediaTypes.JSON);

    /** A GET that is answered on the event loop. */
    public static Endpoint get(String path, String produces, Function<Request, Response> answer) {
        return new Endpoint(
                path,
                GET,
                List.of(produces),
                List.of(),
                answer,
                _ -> Lane.LOOP,
                NEVER,
                false,
                null,
                null);
    }

    /** A POST that takes a body in JSON, or {@linkplain #consuming other media types}. */
    public static Endpoint post(
            String path,
            String produces,
            Function<Request, Response> answer,
            Function<Request, Lane> lane,
            Duration timeout) {
        return new Endpoint(
                path,
                POST,
                List.of(produces),
                JSON,
                answer,
                lane,
                timeout.toNanos(),
                false,
                null,
                null);
    }

    /** Returns a copy that runs on a worker thread, because it reads files or loads classes. */
    Endpoint onWorker() {
        return new Endpoint(
                path,
                method,
                produces,
                consumes,
                answer,
                _ -> Lane.OTHERS,
                timeout,
                health,
                refusals,
                page);
    }

    Endpoint or(Endpoint html) {
        return new Endpoint(
                path, method, produces, consumes, answer, lane, timeout, health, refusals, html);
    }

    /** Returns a copy that takes other media types. */
    public Endpoint consuming(String... types) {
        return new Endpoint(
                path,
                method,
                produces,
                List.of(types),
                answer,
                lane,
                timeout,
                health,
                refusals,
                page);
    }

    /**
     * Returns a copy whose responses have several media types; a client must accept one of them.
     */
    public Endpoint producing(String... types) {
        return new Endpoint(
                path,
                method,
                List.of(types),
                consumes,
                answer,
                lane,
                timeout,
                health,
                refusals,
                page);
    }

    /** Returns a copy that writes errors in the form of a protocol. */
    public Endpoint refusing(Function<Problem, JsonWriter> protocol) {
        return new Endpoint(
                path, method, produces, consumes, answer, lane, timeout, health, protocol, page);
    }

    /** Returns a copy for probes, which need no key. */
    public Endpoint asHealth() {
        return new Endpoint(
                path, method, produces, consumes, answer, lane, timeout, true, refusals, page);
    }

    boolean takes(String asked) {
        return asked.equals(method) || (asked.equals("HEAD") && method.equals(GET));
    }

    /** Whether this has the same path, method and media types as another endpoint. */
    boolean replaces(Endpoint other) {
        return path.equals(other.path)
                && method.equals(other.method)
                && consumes.equals(other.consumes);
    }

    /** The accepted methods, in the form of the header {@code Allow}. */
    String allowed() {
        return takes("HEAD") ? method + ", HEAD" : method;
    }

    /** Whether its requests have a body. */
    public boolean takesBody() {
        return method.equals(POST);
    }
}
