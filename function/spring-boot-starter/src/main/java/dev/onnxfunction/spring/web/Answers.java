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

/** Answers one request, past Spring's own handlers. */
final class Answers {

    private final ServerWebExchange exchange;
    private final Route route;

    Answers(ServerWebExchange exchange, Route route) {
        this.exchange = exchange;
        this.route = route;
        observe();
    }

    /** Has the request counted as one to its endpoint, and not to whatever handles it. */
    void observe() {
        Endpoint endpoint = route.endpoint();
        if (endpoint != null) {
            ServerRequestObservationContext.findCurrent(exchange.getAttributes())
                    .ifPresent(observed -> observed.setPathPattern(endpoint.path()));
        }
    }

    /** Answers once the body has come, which is dropped: a proxy may cut off a client sooner. */
    Mono<Void> refuse(Response response) {
        return exchange.getRequest()
                .getBody()
                .doOnNext(DataBufferUtils::release)
                .then(Mono.defer(() -> write(response)));
    }

    /** Answers, with a problem written as the protocol at the path has it. */
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
