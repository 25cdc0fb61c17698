package dev.onnxfunction.http;

import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.RowStreaming;

/**
 * A request that is answered while its body arrives.
 *
 * @param head head of the request
 * @param route its route
 * @param streaming handler of the stream
 */
record StreamedRequest(HttpHead head, Route route, RowStreaming streaming) {}
