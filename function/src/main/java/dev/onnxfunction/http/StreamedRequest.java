package dev.onnxfunction.http;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.RowStreaming;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;

/**
 * A request that is answered while its body arrives.
 *
 * @param head head of the request
 * @param route its route
 * @param streaming handler of the stream
 */
record StreamedRequest(HttpHead head, Route route, RowStreaming streaming) {

    /**
     * Returns the event for observers, after the response.
     *
     * @param nanos since the last bytes of the request
     */
    Exchange answered(
            int status,
            String outcome,
            long nanos,
            long requestBytes,
            long responseBytes,
            TraceContext trace) {
        Endpoint endpoint = route.endpoint();
        return new Exchange(
                head.method(),
                route.path(),
                endpoint == null ? Exchange.OTHER : endpoint.path(),
                status,
                outcome,
                nanos,
                (int) Math.min(requestBytes, Integer.MAX_VALUE),
                (int) Math.min(responseBytes, Integer.MAX_VALUE),
                trace,
                route.rollout(),
                false);
    }
}
