package dev.onnxfunction.spring.web;

import dev.onnxfunction.contract.ContentCodings;
import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.InflatedBody;
import dev.onnxfunction.contract.Lane;
import dev.onnxfunction.contract.Lanes;
import dev.onnxfunction.contract.RefusedException;
import dev.onnxfunction.contract.Request;
import dev.onnxfunction.contract.Response;
import dev.onnxfunction.contract.Route;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.TraceContext;

import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Enforces the contract before Spring's handlers: path, method, key, media types, size. It passes
 * valid requests to {@code POST /predict} on to spring-cloud-function-web, as bytes and without the
 * client's headers, and answers the function's other endpoints itself. All other requests, such as
 * those to a controller of the application, pass unchanged.
 */
final class ContractFilter implements WebFilter, Ordered {

    private static final Logger LOG = Logger.getLogger(ContractFilter.class.getName());

    /** After Spring Boot's observation of requests, before all handlers. */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    private static final byte[] NO_BODY = {};

    private final Router router;
    private final Lanes lanes;
    private final int maxBody;
    private final FunctionCall call;

    ContractFilter(Router router, Lanes lanes, int maxBody, FunctionCall call) {
        this.router = router;
        this.lanes = lanes;
        this.maxBody = maxBody;
        this.call = call;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        String path = request.getPath().pathWithinApplication().value();
        Route route = router.route(new ReactiveHead(request), path);
        Endpoint endpoint = route.endpoint();
        Response refusal = route.refusal();
        Answers answers = new Answers(exchange, route);
        if (endpoint == null && refusal != null && refusal.status() == 404) {
            return call.isInternal(path)
                    ? answers.refuse(refusal)
                    : chain.filter(exchange)
                            .onErrorResume(
                                    NoResourceFoundException.class, _ -> answers.refuse(refusal));
        }
        if (endpoint == null || refusal != null) {
            return answers.refuse(refusal == null ? Response.internalError() : refusal);
        }
        return body(request, endpoint)
                .flatMap(body -> answer(exchange, chain, endpoint, body, answers))
                .onErrorResume(failure -> answers.write(problem(failure)));
    }

    private Mono<byte[]> body(ServerHttpRequest request, Endpoint endpoint) {
        if (!endpoint.takesBody()) {
            // Read to its end nevertheless: if another thread answers before that, Reactor Netty
            // may never read from the connection again.
            return request.getBody().doOnNext(DataBufferUtils::release).then(Mono.just(NO_BODY));
        }
        if (request.getHeaders().getContentLength() > maxBody) {
            return Mono.error(new RefusedException(Response.bodyTooLarge(maxBody)));
        }
        boolean compressed = ContentCodings.isGzip(new ReactiveHead(request).contentEncoding());
        return DataBufferUtils.join(request.getBody(), maxBody)
                .map(
                        buffer -> {
                            byte[] body = new byte[buffer.readableByteCount()];
                            buffer.read(body);
                            DataBufferUtils.release(buffer);
                            return compressed ? inflated(body) : body;
                        })
                .defaultIfEmpty(NO_BODY);
    }

    private byte[] inflated(byte[] body) {
        InflatedBody inflated = InflatedBody.of(body, body.length, maxBody, _ -> true);
        if (inflated.refusal() != null) {
            throw new RefusedException(inflated.refusal());
        }
        return Arrays.copyOf(inflated.bytes(), inflated.length());
    }

    private Mono<Void> answer(
            ServerWebExchange exchange,
            WebFilterChain chain,
            Endpoint endpoint,
            byte[] body,
            Answers answers) {
        String traceparent = exchange.getRequest().getHeaders().getFirst(PredictFunction.TRACE);
        Task task = Task.until(System.nanoTime() + endpoint.timeout());
        Request request =
                new Request(
                        body,
                        body.length,
                        TraceContext.continuing(traceparent),
                        task,
                        false,
                        new ReactiveHead(exchange.getRequest()));
        Lane lane = endpoint.lane().apply(request);
        if (call.isTo(endpoint)) {
            return in(lane, Mono.defer(() -> chain.filter(call.exchange(exchange, body))))
                    .doOnTerminate(answers::observe);
        }
        return in(lane, Mono.fromCallable(() -> endpoint.answer().apply(request)))
                .doOnCancel(() -> task.end(EndedException.Reason.CANCELLED))
                .flatMap(answers::write);
    }

    private <T> Mono<T> in(Lane lane, Mono<T> work) {
        return lane == Lane.LOOP
                ? work
                : work.subscribeOn(Schedulers.fromExecutor(lanes.executor(lane)));
    }

    private Response problem(Throwable failure) {
        return switch (failure) {
            case RefusedException e -> e.response();
            case DataBufferLimitException _ -> Response.bodyTooLarge(maxBody);
            case RejectedExecutionException _ ->
                    Response.error(
                            503,
                            "Busy",
                            "Too many requests wait for their turn already. Send it again later.");
            default -> {
                LOG.log(Level.SEVERE, "A request met a defect.", failure);
                yield Response.internalError();
            }
        };
    }
}
