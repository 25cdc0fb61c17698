package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.GateException.Kind;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection to one revision, which classifies its failures.
 *
 * @param revision its name, to blame it in messages
 * @param address of the revision
 */
record RevisionConnection(HttpClient http, RevisionAccess access, String revision, URI address) {

    private static final int LARGEST_ANSWER = 16 << 20;

    /** Statuses of a gateway that does not know the address or reaches no pod. */
    private static final Set<Integer> OF_GATEWAYS = Set.of(404, 502, 503);

    /** Status of a gateway, such as queue-proxy, that waited in vain for the pod's answer. */
    private static final int GATEWAY_TIMEOUT = 504;

    /** Media type by which the function itself refuses a request. */
    private static final String OF_FUNCTION = "application/problem+json";

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(access.resolve(address, path));
        if (access.via() != null) {
            request.setHeader("Host", address.getAuthority());
        }
        access.headers().forEach(request::setHeader);
        return request;
    }

    /**
     * Sends a request once.
     *
     * @param request with a timeout, which includes the whole response
     */
    Response send(HttpRequest request) throws GateException, InterruptedException {
        String what = request.method() + " " + address + request.uri().getPath();
        Duration timeout = request.timeout().orElseThrow();
        AtomicBoolean answered = new AtomicBoolean();
        long start = System.nanoTime();
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(
                        request,
                        info -> {
                            answered.set(true);
                            return BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER)
                                    .apply(info);
                        });
        try {
            // The client's own timeout ends with the headers.
            HttpResponse<byte[]> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            long nanos = System.nanoTime() - start;
            check(what, response);
            return new Response(response.body(), nanos);
        } catch (TimeoutException e) {
            throw late(what, timeout);
        } catch (ExecutionException e) {
            throw failure(what, timeout, answered.get(), e);
        } finally {
            exchange.cancel(true);
        }
    }

    private void check(String what, HttpResponse<byte[]> response) throws GateException {
        int status = response.statusCode();
        if (status == 200) {
            return;
        }
        String said = what + " answers " + status + " " + excerpt(response.body()) + ".";
        if (status == 401 || status == 403) {
            throw new GateException(Kind.UNAUTHORIZED, revision, said);
        }
        boolean own =
                response.headers()
                        .firstValue("Content-Type")
                        .filter(type -> type.startsWith(OF_FUNCTION))
                        .isPresent();
        if (OF_GATEWAYS.contains(status) && !own) {
            throw new GateException(Kind.UNREACHABLE, revision, said);
        }
        if (status == GATEWAY_TIMEOUT && !own) {
            throw new GateException(Kind.LATE, revision, said);
        }
        if (status == 404) {
            throw new GateException(Kind.NOT_FOUND, revision, said);
        }
        boolean final4xx = status >= 400 && status < 500 && status != 408 && status != 429;
        throw new GateException(
                final4xx ? Kind.REFUSAL : Kind.WRONG_ANSWER,
                revision,
                said,
                new ProblemResponse(status, response.body()));
    }

    private GateException failure(
            String what, Duration timeout, boolean answered, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (answered) {
            return new GateException(
                    Kind.WRONG_ANSWER,
                    revision,
                    what + " is answered only in part: " + cause.getMessage() + ".");
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return new GateException(Kind.UNREACHABLE, revision, what + " fails: " + cause + ".");
        }
        if (cause instanceof HttpTimeoutException) {
            return late(what, timeout);
        }
        if (cause instanceof ConnectException && access.via() != null) {
            return new GateException(
                    Kind.NO_GATEWAY,
                    null,
                    "Nothing listens at %s:%d, where --via sends all requests: start the port-forward"
                                    .formatted(access.via().getHostString(), access.via().getPort())
                            + " again, or name the ingress.");
        }
        if (cause instanceof IOException) {
            return new GateException(Kind.UNREACHABLE, revision, what + " fails: " + cause + ".");
        }
        throw new IllegalStateException(cause);
    }

    private GateException late(String what, Duration timeout) {
        return new GateException(
                Kind.LATE,
                revision,
                what + " is not answered within " + timeout.toSeconds() + " s.");
    }

    /** The failure of a response that no function would send. */
    GateException wrong(String what) {
        return new GateException(Kind.WRONG_ANSWER, revision, address + " " + what);
    }

    private static String excerpt(byte[] body) {
        return excerpt(new String(body, StandardCharsets.UTF_8));
    }

    static String excerpt(String body) {
        String text = body.strip().replaceAll("[\\s\\p{Cc}]+", " ");
        return text.substring(0, Math.min(200, text.length()));
    }
}
