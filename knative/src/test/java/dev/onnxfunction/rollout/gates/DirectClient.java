package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.testing.FakeIngress.Answer;
import dev.onnxfunction.rollout.testing.FakeIngress.Answer.Part;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * Passes each request to a function in this process, because HTTP would take most of the time of a
 * request. Each body is an array of bytes, whatever the handler makes of it.
 */
final class DirectClient extends HttpClient {

    private final FakeFunction function;

    DirectClient(FakeFunction function) {
        this.function = function;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException {
        Answer answer = function.answer(request.uri().getPath(), body(request));
        if (answer.part() != Part.WHOLE) {
            throw new IOException("The connection was closed before the end of the answer.");
        }
        Map<String, List<String>> headers =
                answer.type().map(type -> Map.of("Content-Type", List.of(type))).orElse(Map.of());
        @SuppressWarnings("unchecked")
        T body = (T) answer.bytes();
        return new Answered<>(
                request, answer.status(), HttpHeaders.of(headers, (_, _) -> true), body);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler) {
        try {
            return CompletableFuture.completedFuture(send(request, handler));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushPromises) {
        return sendAsync(request, handler);
    }

    private static byte[] body(HttpRequest request) {
        BodySubscriber<byte[]> whole = BodySubscribers.ofByteArray();
        request.bodyPublisher()
                .orElseGet(BodyPublishers::noBody)
                .subscribe(
                        new Subscriber<>() {
                            @Override
                            public void onSubscribe(Subscription subscription) {
                                whole.onSubscribe(subscription);
                            }

                            @Override
                            public void onNext(ByteBuffer part) {
                                whole.onNext(List.of(part));
                            }

                            @Override
                            public void onError(Throwable error) {
                                whole.onError(error);
                            }

                            @Override
                            public void onComplete() {
                                whole.onComplete();
                            }
                        });
        return whole.getBody().toCompletableFuture().join();
    }

    private record Answered<T>(HttpRequest request, int statusCode, HttpHeaders headers, T body)
            implements HttpResponse<T> {

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }
    }

    @Override
    public Version version() {
        return Version.HTTP_1_1;
    }

    @Override
    public Redirect followRedirects() {
        return Redirect.NEVER;
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return Optional.empty();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return Optional.empty();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return Optional.empty();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return Optional.empty();
    }

    @Override
    public Optional<Executor> executor() {
        return Optional.empty();
    }

    @Override
    public SSLContext sslContext() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SSLParameters sslParameters() {
        throw new UnsupportedOperationException();
    }
}
