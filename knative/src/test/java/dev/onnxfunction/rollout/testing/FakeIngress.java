package dev.onnxfunction.rollout.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.onnxfunction.rollout.testing.FakeIngress.Answer.Part;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** An ingress: forwards each request to the function whose name begins the Host header. */
public final class FakeIngress implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger COUNT = new AtomicInteger();

    /**
     * A function.
     *
     * @param card of its model
     * @param model what it predicts for a row; an array with an infinite prediction is refused
     * @param status status of its responses to predictions; 200 if nothing is wrong
     * @param millis time of every fiftieth prediction, in milliseconds
     * @param flaw failure of single predictions
     * @param asked all rows that were predicted one by one
     * @param fingerprint of its training rows, as JSON; empty if it has none
     * @param halfWidth of its prediction intervals; 0 if it has none
     * @param sizes what it does with requests of many rows
     * @param explain its explanation of the prediction for a row; a text without a base refuses
     */
    public record FakeFunction(
            String card,
            ToDoubleFunction<JsonNode> model,
            int status,
            long millis,
            Flaw flaw,
            Queue<JsonNode> asked,
            String fingerprint,
            ToDoubleFunction<JsonNode> halfWidth,
            Sizes sizes,
            Function<JsonNode, String> explain) {

        /** A healthy function with the feature {@code x} and the target {@code y}. */
        public static FakeFunction of(String model, ToDoubleFunction<JsonNode> predict) {
            String[] parts = model.split("@", -1);
            return new FakeFunction(
                    """
                    {"name": "%s", "version": "%s", "target": {"name": "y"},
                     "features": [{"name": "x", "type": "double"}], "example": {"x": 1}}\
                    """
                            .formatted(parts[0], parts[1]),
                    predict,
                    200,
                    0,
                    Flaw.NONE,
                    new ConcurrentLinkedQueue<>(),
                    "",
                    _ -> 0,
                    new Sizes(999, 0, 0),
                    _ -> "{\"title\": \"No background\", \"status\": 422}");
        }

        /** The same function with other sizes of requests. */
        public FakeFunction with(Sizes other) {
            return new FakeFunction(
                    card,
                    model,
                    status,
                    millis,
                    flaw,
                    asked,
                    fingerprint,
                    halfWidth,
                    other,
                    explain);
        }

        /** The same function with these explanations. */
        public FakeFunction explaining(Function<JsonNode, String> other) {
            return new FakeFunction(
                    card, model, status, millis, flaw, asked, fingerprint, halfWidth, sizes, other);
        }

        /** The same function, but predictions get another status. */
        public FakeFunction answering(int other) {
            return copy(card, other, millis, flaw, fingerprint, halfWidth);
        }

        /** The same function, but every fiftieth prediction takes this time, in milliseconds. */
        public FakeFunction stalling(long time) {
            return copy(card, status, time, flaw, fingerprint, halfWidth);
        }

        /** The same function, but every n-th prediction fails. */
        public FakeFunction with(Flaw.Kind kind, int every) {
            Flaw other = new Flaw(kind, every, new AtomicInteger());
            return copy(card, status, millis, other, fingerprint, halfWidth);
        }

        /** The same function with another card. */
        public FakeFunction describedBy(String other) {
            return copy(other, status, millis, flaw, fingerprint, halfWidth);
        }

        /** The same function, trained on rows with this fingerprint. */
        public FakeFunction trainedOn(String other) {
            return copy(card, status, millis, flaw, other, halfWidth);
        }

        /** The same function with intervals of this level and half-width. */
        public FakeFunction within(double width, double level) {
            return within(_ -> width, level);
        }

        /** The same function with intervals of this level and a half-width for each row. */
        public FakeFunction within(ToDoubleFunction<JsonNode> widths, double level) {
            String other =
                    card.strip().substring(0, card.strip().length() - 1)
                            + ", \"interval\": {\"level\": %s}}".formatted(level);
            return copy(other, status, millis, flaw, fingerprint, widths);
        }

        /**
         * Its answer to a request.
         *
         * @param path of the request
         */
        public Answer answer(String path, byte[] body) throws IOException {
            if (flaw.isConstant()) {
                return flawed("");
            }
            return switch (path) {
                case "/model" -> Answer.of(modelStatus(), card);
                case "/model/fingerprint" ->
                        fingerprint.isEmpty()
                                ? Answer.problem(
                                        404, "{\"title\": \"No fingerprint\", \"status\": 404}")
                                : Answer.of(200, fingerprint);
                case "/predict" -> predict(JSON.readTree(body));
                case "/explain" -> explain(JSON.readTree(body));
                default -> Answer.of(200, "{}");
            };
        }

        /** A function that requires a key requires it for its card, too. */
        private int modelStatus() {
            return status == 401 || status == 403 ? status : 200;
        }

        private Answer predict(JsonNode body) throws IOException {
            if (millis > 0 && COUNT.incrementAndGet() % 50 == 0) {
                stall(millis);
            }
            if (body.isObject()) {
                asked.add(body);
                double more = flaw.kind() == Flaw.Kind.OTHER && flaw.strikes() ? 1 : 0;
                return flawed(prediction(body, more).toString());
            }
            if (body.size() > sizes.most()) {
                return Answer.problem(sizes.status(), "{\"title\": \"Too many rows\"}");
            }
            if (sizes.millis() > 0 && body.size() >= 1000) {
                stall(sizes.millis());
            }
            ArrayNode answers = JSON.createArrayNode();
            double more = body.size() == sizes.odd() ? 1 : 0;
            body.forEach(row -> answers.add(prediction(row, more)));
            boolean infinite =
                    answers.valueStream()
                            .anyMatch(
                                    each -> Double.isInfinite(each.path("predict").doubleValue()));
            return infinite
                    ? Answer.problem(422, "{\"title\": \"Prediction failed\", \"status\": 422}")
                    : flawed(answers.toString());
        }

        private JsonNode prediction(JsonNode row, double more) {
            double predict = model.applyAsDouble(row) + more;
            ObjectNode answer = JSON.createObjectNode().put("status", "ok").put("predict", predict);
            double width = halfWidth.applyAsDouble(row);
            if (width > 0) {
                answer.putArray("interval").add(predict - width).add(predict + width);
            }
            return answer;
        }

        private Answer explain(JsonNode row) {
            String answer = explain.apply(row);
            return answer.startsWith("{\"base\"") ? flawed(answer) : Answer.problem(422, answer);
        }

        private Answer flawed(String answer) {
            if (flaw.kind() == Flaw.Kind.OTHER || !flaw.strikes()) {
                return Answer.of(status, answer);
            }
            return switch (flaw.kind()) {
                case ERROR -> Answer.of(500, "{}");
                case UNAVAILABLE -> Answer.of(503, "upstream connect error");
                case CUT_SHORT -> new Answer(200, Optional.empty(), answer, Part.HALF);
                case CLOSED, OTHER -> new Answer(200, Optional.empty(), answer, Part.NONE);
            };
        }

        private static void stall(long millis) throws IOException {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        private FakeFunction copy(
                String newCard,
                int newStatus,
                long newMillis,
                Flaw newFlaw,
                String newFingerprint,
                ToDoubleFunction<JsonNode> newHalfWidth) {
            return new FakeFunction(
                    newCard,
                    model,
                    newStatus,
                    newMillis,
                    newFlaw,
                    asked,
                    newFingerprint,
                    newHalfWidth,
                    sizes,
                    explain);
        }
    }

    /**
     * An answer to a request.
     *
     * @param type media type; empty for JSON
     * @param part of it that the client gets before the connection is closed
     */
    public record Answer(int status, Optional<String> type, String body, Part part) {

        /** How much of an answer is sent. */
        public enum Part {
            NONE,
            HALF,
            WHOLE
        }

        static Answer of(int status, String body) {
            return new Answer(status, Optional.empty(), body, Part.WHOLE);
        }

        static Answer problem(int status, String body) {
            return new Answer(status, Optional.of("application/problem+json"), body, Part.WHOLE);
        }

        /** Its body. */
        public byte[] bytes() {
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * What a function does with requests of many rows.
     *
     * @param most rows that it accepts
     * @param odd number of rows for which it predicts 1 more; 0 for none
     * @param millis time of requests with 1000 rows or more, in milliseconds
     * @param status of the response to more rows
     */
    public record Sizes(int most, int odd, long millis, int status) {

        /** With the status of a function whose settings allow no more rows. */
        public Sizes(int most, int odd, long millis) {
            this(most, odd, millis, 413);
        }
    }

    /**
     * A failure of single predictions.
     *
     * @param every n-th prediction, counted by {@code count}
     */
    public record Flaw(Kind kind, int every, AtomicInteger count) {

        /** The kind of failure. */
        public enum Kind {
            /** The function responds with 500. */
            ERROR,
            /** The gateway responds with 503. */
            UNAVAILABLE,
            /** The response ends before its declared length. */
            CUT_SHORT,
            /** The connection is closed before the response. */
            CLOSED,
            /** A row that is sent alone gets another prediction. */
            OTHER
        }

        static final Flaw NONE = new Flaw(Kind.ERROR, Integer.MAX_VALUE, new AtomicInteger());

        /** The gateway responds, whatever the request. */
        boolean isConstant() {
            return every == 1;
        }

        boolean strikes() {
            return count.incrementAndGet() % every == 0;
        }
    }

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, FakeFunction> functions = new ConcurrentHashMap<>();

    private final Set<String> rolloutKeys = ConcurrentHashMap.newKeySet();

    /** Listens on any free port of the loopback interface. */
    public FakeIngress() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::pass);
        server.setExecutor(executor);
        server.start();
    }

    /** Its address. */
    public InetSocketAddress address() {
        return InetSocketAddress.createUnresolved("127.0.0.1", server.getAddress().getPort());
    }

    /** From now on, this function serves hosts that begin with this name. */
    public void serve(String prefix, FakeFunction function) {
        functions.put(prefix, function);
    }

    /** The rollout keys of all requests since the last call; empty for a request without one. */
    public Set<String> rolloutKeys() {
        Set<String> keys = Set.copyOf(rolloutKeys);
        rolloutKeys.clear();
        return keys;
    }

    private void pass(HttpExchange exchange) throws IOException {
        rolloutKeys.add(
                Objects.requireNonNullElse(
                        exchange.getRequestHeaders().getFirst("X-Rollout-Key"), ""));
        byte[] body = exchange.getRequestBody().readAllBytes();
        String host = exchange.getRequestHeaders().getFirst("Host");
        for (Map.Entry<String, FakeFunction> each : functions.entrySet()) {
            if (host.startsWith(each.getKey())) {
                send(exchange, each.getValue().answer(exchange.getRequestURI().getPath(), body));
                return;
            }
        }
        send(exchange, Answer.of(404, "no such host"));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = answer.bytes();
        if (answer.part() == Part.NONE) {
            exchange.close();
            return;
        }
        answer.type().ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        if (answer.part() == Part.HALF) {
            exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
            exchange.getResponseBody().flush();
        } else {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
