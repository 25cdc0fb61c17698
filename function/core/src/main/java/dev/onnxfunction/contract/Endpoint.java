package dev.onnxfunction.contract;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Function;

/**
 * What a path is for.
 *
 * @param path that it is at
 * @param method the one method it takes; a GET takes HEAD too
 * @param produces the media type of its answers
 * @param answer to a request, whose body is empty for a GET; called by several threads at once
 * @param lane that a request is answered in
 * @param timeout nanoseconds from a request's last byte until its {@link Request#task} is ended
 * @param page what those get instead who would rather have HTML; absent where nobody does
 */
public record Endpoint(
        String path,
        String method,
        String produces,
        Function<Request, Response> answer,
        Function<Request, Lane> lane,
        long timeout,
        @Nullable Endpoint page) {

    private static final String GET = "GET";
    private static final String POST = "POST";

    private static final long NEVER = Long.MAX_VALUE / 2;

    static Endpoint get(String path, String produces, Function<Request, Response> answer) {
        return new Endpoint(path, GET, produces, answer, _ -> Lane.LOOP, NEVER, null);
    }

    static Endpoint post(
            String path,
            String produces,
            Function<Request, Response> answer,
            Function<Request, Lane> lane,
            Duration timeout) {
        return new Endpoint(path, POST, produces, answer, lane, timeout.toNanos(), null);
    }

    /** The same for something that reads files or loads classes. */
    Endpoint slowly() {
        return new Endpoint(path, method, produces, answer, _ -> Lane.OTHERS, timeout, page);
    }

    Endpoint or(Endpoint html) {
        return new Endpoint(path, method, produces, answer, lane, timeout, html);
    }

    boolean takes(String asked) {
        return asked.equals(method) || (asked.equals("HEAD") && method.equals(GET));
    }

    /** The methods it takes, as the header {@code Allow} lists them. */
    String allowed() {
        return takes("HEAD") ? method + ", HEAD" : method;
    }

    public boolean takesBody() {
        return method.equals(POST);
    }
}
