package dev.onnxfunction.spring.web;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Mono;

/** Answers one request without Spring's own handlers. */
final class Answers {

    private final ServerWebExchange exchange;
    private final Route route;

    Answers(ServerWebExchange exchange, Route route) {
        this.exchange = exchange;
        this.route = route;
        observe();
    }

    /** Counts the request for its endpoint instead of its handler. */
    void observe() {
        Endpoint endpoint = route.endpoint();
        if (endpoint != null) {
            ServerRequestObservationContext.findCurrent(exchange.getAttributes())
                    .ifPresent(observed -> observed.setPathPattern(endpoint.path()));
        }
    }

    /**
     * Discards the body and then answers: a proxy that is answered sooner may cut the connection.
     */
    Mono<Void> refuse(Response response) {
        return exchange.getRequest()
                .getBody()
                .doOnNext(DataBufferUtils::release)
                .then(Mono.defer(() -> write(response)));
    }

    /** Answers; writes a problem in the format of the path's protocol. */
    Mono<Void> write(Response made) {
        Response response = route.present(made);
        ServerHttpResponse http = exchange.getResponse();
        http.setStatusCode(HttpStatusCode.valueOf(response.status()));
        HttpHeaders headers = http.getHeaders();
        headers.clear();
        headers.set(HttpHeaders.CONTENT_TYPE, response.contentType());
        headers.setContentLength(response.length());
        headers.setDate(System.currentTimeMillis());
        response.headers().forEach(headers::put);
        return http.writeWith(
                Mono.fromSupplier(
                        () -> http.bufferFactory().wrap(response.body()).split(response.length())));
    }
}
