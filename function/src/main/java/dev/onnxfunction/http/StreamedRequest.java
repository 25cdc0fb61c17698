package dev.onnxfunction.http;

import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.RowStreaming;

import io.netty.handler.codec.http.HttpRequest;

/**
 * A request that is answered while its body comes, piece by piece.
 *
 * @param head what comes before the body
 * @param route where it goes
 * @param streaming what answers it
 */
record StreamedRequest(HttpRequest head, Route route, RowStreaming streaming) {}
