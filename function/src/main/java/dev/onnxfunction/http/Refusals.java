package dev.onnxfunction.http;

import dev.onnxfunction.contract.Response;

import java.util.concurrent.TimeUnit;

/** Errors that concern a request's arrival, whatever its endpoint. */
final class Refusals {

    private Refusals() {}

    /**
     * A request did not arrive in time.
     *
     * @param timeout nanoseconds
     */
    static Response tooSlow(long timeout) {
        return Response.error(
                408,
                "Request timeout",
                "The request did not arrive within %d s. Send it faster."
                        .formatted(TimeUnit.NANOSECONDS.toSeconds(timeout)));
    }

    /**
     * The client of a stream sends nothing.
     *
     * @param timeout nanoseconds
     */
    static Response silent(long timeout) {
        return Response.error(
                408,
                "Request timeout",
                "Nothing arrived for %d s. Send the remaining rows in another request."
                        .formatted(TimeUnit.NANOSECONDS.toSeconds(timeout)));
    }

    /** The client stopped sending in the middle of a body. */
    static Response truncated() {
        return Response.error(400, "Bad request", "The body ended early. Send all of it.");
    }

    /** The process is stopping while a request arrives. */
    static Response stopping() {
        return Response.error(
                503,
                "Stopping",
                "The process is stopping, and the request did not arrive in time. Send"
                        + " it again.");
    }

    /** The process is stopping during a stream. */
    static Response streamStopping() {
        return Response.error(
                503,
                "Stopping",
                "The process is stopping. Send the remaining rows in another request.");
    }
}
