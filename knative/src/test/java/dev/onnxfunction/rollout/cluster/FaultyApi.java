package dev.onnxfunction.rollout.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passes calls over HTTP on to a mock of an API server, counts them, and lets some of them fail.
 * The mock is called directly, because a second connection for each call would take most of the
 * time.
 */
final class FaultyApi implements AutoCloseable {

    /** How a call fails. */
    enum Fault {
        ERROR_500,
        CONFLICT_409,
        NOT_FOUND_404,
        FORBIDDEN_403,
        BUSY_429,
        HALF_AN_ANSWER,
        EMPTY_OBJECT,
        NO_BODY,
        TIMEOUT,
        DROPPED_BEFORE,
        DROPPED_AFTER
    }

    private static final Pattern LOG = Pattern.compile(".*/pods/([^/]+)/log");
    private static final Pattern SINCE = Pattern.compile("sinceTime=([^&]+)");
    private static final Set<String> HOP = Set.of("content-length", "transfer-encoding", "host");

    private final Dispatcher api;
    private final HttpServer server;
    private final List<String> calls = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private int faultAt = -1;
    private boolean forGood;
    private Fault fault = Fault.ERROR_500;

    /** The output of a pod since a time, to the second. */
    BiFunction<String, Instant, String> logs = (_, _) -> "";

    /** The calls that are forbidden, as METHOD PATH?QUERY. */
    Predicate<String> forbidden = _ -> false;

    /** The calls that always fail, as METHOD PATH?QUERY. */
    Predicate<String> overloaded = _ -> false;

    /**
     * Learns before each call whether it will get no answer, so that the client waits only for that
     * one in vain, and not for long.
     */
    Consumer<Boolean> beforeCall = _ -> {};

    /** The calls whose answers begin and never end, as METHOD PATH?QUERY. */
    Predicate<String> stalled = _ -> false;

    FaultyApi(Dispatcher api) throws IOException {
        this.api = api;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::pass);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** No call fails from now on, and the count restarts. */
    synchronized void heal() {
        calls.clear();
        written.clear();
        faultAt = -1;
        forGood = false;
        beforeCall.accept(false);
    }

    /** The call of this number fails, and if {@code forGood}, all that follow. */
    synchronized void breakAt(int call, Fault how, boolean andAllThatFollow) {
        heal();
        faultAt = call;
        fault = how;
        forGood = andAllThatFollow;
        beforeCall.accept(isSilent(0));
    }

    private boolean isSilent(int call) {
        return fault == Fault.TIMEOUT && call == faultAt;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** The bodies of all PUT and POST that had an effect. */
    synchronized List<String> written() {
        return List.copyOf(written);
    }

    private synchronized boolean goesWrong(String call) {
        calls.add(call);
        int number = calls.size() - 1;
        beforeCall.accept(isSilent(number + 1));
        return number == faultAt || (forGood && number > faultAt);
    }

    private void pass(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        boolean wrong = goesWrong(call);
        if (forbidden.test(call) || overloaded.test(call)) {
            refuse(exchange, forbidden.test(call) ? 403 : 500);
            return;
        }
        if (stalled.test(call)) {
            byte[] whole = body(forward(exchange, body));
            exchange.sendResponseHeaders(200, whole.length);
            exchange.getResponseBody().write(whole, 0, whole.length / 2);
            exchange.getResponseBody().flush();
            return;
        }
        if (!wrong) {
            answer(exchange, body);
            return;
        }
        switch (fault) {
            case ERROR_500 -> refuse(exchange, 500);
            case CONFLICT_409 -> refuse(exchange, 409);
            case NOT_FOUND_404 -> refuse(exchange, 404);
            case FORBIDDEN_403 -> refuse(exchange, 403);
            case BUSY_429 -> {
                exchange.getResponseHeaders().set("Retry-After", "3600");
                refuse(exchange, 429);
            }
            case HALF_AN_ANSWER -> {
                byte[] whole = body(forward(exchange, body));
                send(exchange, 200, "application/json", Arrays.copyOf(whole, whole.length / 2));
            }
            case EMPTY_OBJECT -> send(exchange, 200, "application/json", "{}");
            case NO_BODY -> send(exchange, 200, "application/json", "");
            case TIMEOUT -> {
                forward(exchange, body); // The client closes the connection after its timeout.
            }
            case DROPPED_AFTER -> {
                forward(exchange, body);
                exchange.close();
            }
            case DROPPED_BEFORE -> exchange.close();
        }
    }

    private void answer(HttpExchange exchange, byte[] body) throws IOException {
        Matcher log = LOG.matcher(exchange.getRequestURI().getPath());
        if (log.matches()) {
            String lines = logs.apply(log.group(1), sinceTime(exchange.getRequestURI()));
            send(exchange, 200, "text/plain", lines.getBytes(StandardCharsets.UTF_8));
            return;
        }
        answer(exchange, forward(exchange, body));
    }

    /** The time from which lines are requested. */
    private static Instant sinceTime(URI uri) {
        Matcher time = SINCE.matcher(String.valueOf(uri.getQuery()));
        return time.find() ? Instant.parse(time.group(1)) : Instant.EPOCH;
    }

    private static void refuse(HttpExchange exchange, int code) throws IOException {
        String body =
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":%d,\"message\":\"injected\"}"
                        .formatted(code);
        send(exchange, code, "application/json", body);
    }

    private static void send(HttpExchange exchange, int code, String type, String body)
            throws IOException {
        send(exchange, code, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int code, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private MockResponse forward(HttpExchange exchange, byte[] body) {
        Headers.Builder headers = Headers.builder();
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null) {
            headers.add("Content-Type", type);
        }
        String method = exchange.getRequestMethod();
        MockResponse response =
                api.dispatch(
                        new RecordedRequest(
                                "HTTP/1.1",
                                HttpMethod.valueOf(method),
                                known(exchange.getRequestURI()),
                                headers.build(),
                                new Buffer(body)));
        record(method, body, response.code());
        return response;
    }

    private static byte[] body(MockResponse response) {
        return response.getBody() == null ? new byte[0] : response.getBody().getBytes();
    }

    /** The mock supports no field selectors; here, there are no other objects. */
    private static String known(URI uri) {
        return uri.toString().replaceAll("[?&]fieldSelector=[^&]*", "");
    }

    private synchronized void record(String method, byte[] body, int status) {
        if (status < 300 && (method.equals("PUT") || method.equals("POST"))) {
            written.add(new String(body, StandardCharsets.UTF_8));
        }
    }

    private static void answer(HttpExchange exchange, MockResponse response) throws IOException {
        response.getHeaders()
                .toMultimap()
                .forEach(
                        (name, values) -> {
                            if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
                                exchange.getResponseHeaders().put(name, values);
                            }
                        });
        byte[] body = body(response);
        exchange.sendResponseHeaders(response.code(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
