package dev.onnxfunction.rollout.simulate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.onnxfunction.rollout.engine.Traffic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Forwards each user request to one of the revisions, in proportion to their shares. */
final class Proxy implements AutoCloseable {

    private static final int BAD_GATEWAY = 502;
    private static final int MAX_BODY_BYTES = 2 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final WeightedRoundRobin shares = new WeightedRoundRobin();
    private final Function<String, Optional<URI>> addresses;
    private final Map<String, Integer> answered = new TreeMap<>();
    private int errors;

    /**
     * Listens on any free port of the loopback interface.
     *
     * @param addresses of the revisions, by name
     */
    Proxy(Function<String, Optional<URI>> addresses) throws IOException {
        this.addresses = addresses;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::pass);
        server.setExecutor(executor);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Distributes the requests by these shares from now on. */
    void share(Traffic traffic) {
        shares.share(traffic);
    }

    /**
     * How many requests each revision has answered since the last call, and how many failed; empty
     * if there were none.
     */
    synchronized String counts() {
        if (answered.isEmpty() && errors == 0) {
            return "";
        }
        StringJoiner counts = new StringJoiner(", ");
        answered.forEach((revision, count) -> counts.add(revision + " " + count));
        counts.add("failed " + errors);
        answered.clear();
        errors = 0;
        return counts.toString();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
            String revision = shares.next();
            HttpResponse<byte[]> response = forward(exchange, revision, body);
            count(revision, response.statusCode() == 200);
            response.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.sendResponseHeaders(response.statusCode(), length(response.body()));
            exchange.getResponseBody().write(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, String revision, byte[] body)
            throws IOException, InterruptedException {
        try {
            URI address =
                    addresses
                            .apply(revision)
                            .orElseThrow(() -> new IOException(revision + " does not listen."));
            HttpRequest request =
                    HttpRequest.newBuilder(address.resolve(exchange.getRequestURI().toString()))
                            .timeout(TIMEOUT)
                            .header("Content-Type", "application/json")
                            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
                            .build();
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            count(revision, false);
            exchange.sendResponseHeaders(BAD_GATEWAY, -1);
            throw e;
        }
    }

    private synchronized void count(String revision, boolean isOk) {
        if (isOk) {
            answered.merge(revision, 1, Integer::sum);
        } else {
            errors++;
        }
    }

    private static long length(byte[] body) {
        return body.length == 0 ? -1 : body.length;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        http.shutdownNow();
    }
}
