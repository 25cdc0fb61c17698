package dev.onnxfunction.spring.web;

import dev.onnxfunction.contract.Endpoint;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import java.nio.charset.StandardCharsets;

/**
 * Calls {@link PredictFunction} through spring-cloud-function-web with a request of its own,
 * because the framework would echo the client's headers into the response, and a header named
 * {@code payload} would replace the body.
 */
final class FunctionCall {

    private static final MediaType BYTES =
            new MediaType("text", "plain", StandardCharsets.ISO_8859_1);

    private final Endpoint endpoint;
    private final String prefix;

    /**
     * @param endpoint endpoint that is answered this way
     * @param prefix prefix of the catalog's paths, which no client can reach
     */
    FunctionCall(Endpoint endpoint, String prefix) {
        this.endpoint = endpoint;
        this.prefix = prefix;
    }

    boolean isTo(Endpoint other) {
        return other.equals(endpoint);
    }

    /** Returns whether a client requests an internal path. */
    boolean isInternal(String path) {
        return path.startsWith(prefix);
    }

    /** Returns the exchange that the framework gets instead of the client's. */
    ServerWebExchange exchange(ServerWebExchange client, byte[] body) {
        ServerHttpRequest request =
                client.getRequest()
                        .mutate()
                        .path(prefix + "/" + PredictFunction.NAME)
                        .headers(FunctionCall::replace)
                        .build();
        DataBufferFactory buffers = client.getResponse().bufferFactory();
        DataBuffer mark = buffers.wrap(new byte[] {PredictFunction.MARK});
        return client.mutate()
                .request(new WithBody(request, Flux.just(mark, buffers.wrap(body))))
                .response(new WithoutHeaders(client.getResponse()))
                .build();
    }

    private static void replace(HttpHeaders headers) {
        String trace = headers.getFirst(PredictFunction.TRACE);
        headers.clear();
        headers.setContentType(BYTES);
        headers.set(PredictFunction.TRACE, trace);
    }

    private static final class WithBody extends ServerHttpRequestDecorator {

        private final Flux<DataBuffer> body;

        WithBody(ServerHttpRequest request, Flux<DataBuffer> body) {
            super(request);
            this.body = body;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return body;
        }
    }

    private static final class WithoutHeaders extends ServerHttpResponseDecorator {

        WithoutHeaders(ServerHttpResponse response) {
            super(response);
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            HttpHeaders headers = getHeaders();
            long length = headers.getContentLength();
            headers.clear();
            headers.setContentType(MediaType.APPLICATION_JSON);
            headers.setContentLength(length);
            headers.setDate(System.currentTimeMillis());
            return super.writeWith(body);
        }
    }
}
