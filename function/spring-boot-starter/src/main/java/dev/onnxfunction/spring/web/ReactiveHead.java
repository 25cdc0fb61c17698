package dev.onnxfunction.spring.web;

import dev.onnxfunction.contract.RequestHead;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

import java.util.List;

/**
 * The parts of a request that the contract checks, from Spring's request.
 *
 * @param request request whose body is not read
 */
record ReactiveHead(ServerHttpRequest request) implements RequestHead {

    @Override
    public String method() {
        return request.getMethod().name();
    }

    @Override
    public List<String> accept() {
        return request.getHeaders().getOrEmpty(HttpHeaders.ACCEPT);
    }

    @Override
    public @Nullable String contentType() {
        return request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
    }

    @Override
    public @Nullable String contentEncoding() {
        List<String> codings = request.getHeaders().getOrEmpty(HttpHeaders.CONTENT_ENCODING);
        return codings.isEmpty() ? null : String.join(", ", codings);
    }

    @Override
    public @Nullable String authorization() {
        return request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
    }

    @Override
    public @Nullable String rolloutKey() {
        return null; // This server does not support rollouts.
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeaders().getFirst(name);
    }
}
