package dev.onnxfunction.contract;

import dev.onnxfunction.json.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * What a path is for, with one method and, of a body, some media types. Several may share a path.
 *
 * @param path that it is at
 * @param method the one method it takes; a GET takes HEAD too
 * @param produces the media types of its answers, the usual one first
 * @param consumes the media types that a body may have, all in UTF-8 where they are text; none for
 *     a GET
 * @param answer to a request, whose body is empty for a GET; called by several threads at once
 * @param lane that a request is answered in
 * @param timeout nanoseconds from a request's last byte until its {@link Request#task} is ended
 * @param health whether it is for probes: answers without a key, and beyond the limit of
 *     connections, too
 * @param refusals how its protocol writes a problem, in JSON; null for the problem document
 * @param page what those get instead who would rather have HTML; absent where nobody does
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

    /** Something to read, answered on the event loop. */
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

    /** Something that takes a body in JSON, until it {@linkplain #consuming takes others}. */
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

    /** The same for something that reads files or loads classes. */
    public Endpoint slowly() {
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

    /** The same for bodies of other media types. */
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

    /** The same with answers of several media types: a client must accept one of them. */
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

    /** The same with refusals as a protocol writes them. */
    public Endpoint refusing(Function<Problem, JsonWriter> protocol) {
        return new Endpoint(
                path, method, produces, consumes, answer, lane, timeout, health, protocol, page);
    }

    /** The same for probes, which have no key. */
    public Endpoint asHealth() {
        return new Endpoint(
                path, method, produces, consumes, answer, lane, timeout, true, refusals, page);
    }

    boolean takes(String asked) {
        return asked.equals(method) || (asked.equals("HEAD") && method.equals(GET));
    }

    /** Whether it stands for all that another one takes. */
    boolean replaces(Endpoint other) {
        return path.equals(other.path)
                && method.equals(other.method)
                && consumes.equals(other.consumes);
    }

    /** The methods it takes, as the header {@code Allow} lists them. */
    String allowed() {
        return takes("HEAD") ? method + ", HEAD" : method;
    }

    public boolean takesBody() {
        return method.equals(POST);
    }
}
