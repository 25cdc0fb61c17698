package dev.onnxfunction.http;

import dev.onnxfunction.contract.ContentCodings;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.InflatedBody;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

import org.jspecify.annotations.Nullable;

/**
 * A request to answer.
 *
 * @param head head of the request
 * @param route its route
 * @param refusal error response, if it is refused
 * @param whole whether it has arrived completely; if not, the connection answers nothing more
 * @param compressed whether the body is in gzip
 * @param arrived when its last byte arrived, by {@link System#nanoTime}
 * @param call request as its endpoint gets it; its body is empty if the request is refused
 */
record IncomingRequest(
        HttpHead head,
        Route route,
        @Nullable Response refusal,
        boolean whole,
        boolean compressed,
        long arrived,
        Request call) {

    static final String TRACEPARENT = "traceparent";

    private static final byte[] NOTHING = {};

    /** A request with its body. */
    static IncomingRequest with(HttpHead head, Route route, byte[] body, int length) {
        return of(head, route, body, length, null, true, System.nanoTime());
    }

    /**
     * A refused request; its body is dropped.
     *
     * @param whole whether it has arrived completely
     */
    static IncomingRequest refused(HttpHead head, Route route, Response refusal, boolean whole) {
        return refused(head, route, refusal, whole, System.nanoTime());
    }

    /**
     * The same for one that is refused later.
     *
     * @param arrived when its last byte arrived, by {@link System#nanoTime}
     */
    static IncomingRequest refused(
            HttpHead head, Route route, Response refusal, boolean whole, long arrived) {
        return of(head, route, NOTHING, 0, refusal, whole, arrived);
    }

    private static IncomingRequest of(
            HttpHead head,
            Route route,
            byte[] body,
            int length,
            @Nullable Response refusal,
            boolean whole,
            long arrived) {
        Endpoint endpoint = route.endpoint();
        return new IncomingRequest(
                head,
                route,
                refusal,
                whole,
                length > 0 && ContentCodings.isGzip(head.header("content-encoding")),
                arrived,
                new Request(
                        body,
                        length,
                        TraceContext.continuing(head.header(TRACEPARENT)),
                        endpoint == null
                                ? Task.unlimited()
                                : Task.until(arrived + endpoint.timeout()),
                        route.rollout(),
                        head));
    }

    /**
     * Returns a copy with the inflated body.
     *
     * @param memory memory for the inflated body
     */
    IncomingRequest inflated(int maxBody, Memory.Share memory) {
        InflatedBody inflated = InflatedBody.of(call.body(), call.length(), maxBody, memory::hold);
        return new IncomingRequest(
                head,
                route,
                inflated.refusal(),
                whole,
                false,
                arrived,
                call.with(inflated.bytes(), inflated.length()));
    }

    /**
     * Returns the event for observers, after the response.
     *
     * @param now current {@link System#nanoTime}
     */
    Exchange answered(Response answer, long now) {
        Endpoint endpoint = route.endpoint();
        return new Exchange(
                head.method(),
                route.path(),
                endpoint == null ? Exchange.OTHER : endpoint.path(),
                answer.status(),
                answer.outcome(),
                now - arrived,
                call.length(),
                answer.length(),
                call.trace(),
                route.rollout(),
                endpoint != null && endpoint.health());
    }

    /**
     * The lane that answers the request; the event loop for an error. A compressed body may be too
     * large for event loops once it is inflated.
     */
    Lane lane() {
        Endpoint endpoint = route.endpoint();
        if (refusal != null || endpoint == null) {
            return Lane.LOOP;
        }
        Lane lane = endpoint.lane().apply(call);
        boolean loop = lane == Lane.LOOP || lane == Lane.BATCHES;
        return loop && (compressed || (lane == Lane.LOOP && call.length() > BodyBuffer.SMALL))
                ? Lane.PREDICTIONS
                : lane;
    }
}
