package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.gates.GateException.Kind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Sends requests to one revision. A failed request is repeated a few times. It counts as a retry if
 * it was lost on the way, and as a failure if the revision is to blame.
 */
final class FunctionClient {

    /** Timeout of an attempt: with the retries, long enough for a start from zero. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration BATCH_TIMEOUT = Duration.ofSeconds(30);

    private static final int ATTEMPTS = 5;

    /** Failures that a retry does not change. */
    private static final Set<Kind> FINAL = Set.of(Kind.REFUSAL, Kind.UNAUTHORIZED, Kind.NOT_FOUND);

    /** Time after which no further attempt begins. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    /** Pause before the first retry; each is twice the one before. */
    private static final Duration BACKOFF = Duration.ofMillis(200);

    /** Rows of one request: far below the function's limit. */
    private static final int BATCH_ROWS = 500;

    /** Characters from which a request gets no further row: far below the function's limit. */
    private static final int BATCH_CHARS = 200_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RevisionConnection connection;
    private final AttemptCounts counts;
    private final ErrorBudget budget;
    private final Sleeper sleeper;

    /**
     * @param counts counts each request
     * @param budget of failures; the request that exceeds it is not repeated
     */
    FunctionClient(
            RevisionConnection connection,
            AttemptCounts counts,
            ErrorBudget budget,
            Sleeper sleeper) {
        this.connection = connection;
        this.counts = counts;
        this.budget = budget;
        this.sleeper = sleeper;
    }

    /** Reads an answer. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(Response answer) throws GateException;
    }

    /** Whether it is its revision that refused a request. */
    boolean refused(GateException failure) {
        return failure.kind() == Kind.REFUSAL && failure.blames(connection.revision());
    }

    /** Its model card, or what it returns about a model without one. */
    ModelCard card() throws GateException, InterruptedException {
        return ask(get("/model"), answer -> ModelCard.of(json(answer)));
    }

    /** Fails unless it reports that it is ready. */
    void ready() throws GateException, InterruptedException {
        ask(get("/actuator/health/readiness"), answer -> answer);
    }

    /** The same in one attempt, which is not counted. */
    void readyAtOnce() throws GateException, InterruptedException {
        connection.send(get("/actuator/health/readiness").build());
    }

    /**
     * Fails unless it predicts the example on its card, in one attempt, which is not counted. It
     * must be ready if its card has none.
     */
    void predictsAtOnce() throws GateException, InterruptedException {
        JsonNode example = ModelCard.of(json(connection.send(get("/model").build()))).example();
        if (example == null) {
            readyAtOnce();
        } else {
            connection.send(post(example.toString()).build());
        }
    }

    /**
     * The fingerprint of the rows that its model was trained on, as its card has it.
     *
     * @return null if it has none
     */
    @Nullable JsonNode fingerprint() throws GateException, InterruptedException {
        try {
            return ask(get("/model/fingerprint"), this::json);
        } catch (GateException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** Whether the function recognises the requests of this command by their key. */
    boolean recognizesRolloutKey() throws InterruptedException {
        try {
            connection.send(get(LiveSample.PATH).build());
            return false;
        } catch (GateException e) {
            // Without the key, the function refuses the request; with it, it refuses the method.
            return e.kind() != Kind.UNAUTHORIZED && e.kind() != Kind.NOT_FOUND;
        }
    }

    /** Its response to a copy of a client's body. */
    JsonNode replay(String body) throws GateException, InterruptedException {
        return ask(post(body), this::json);
    }

    /** Its explanation of the prediction for a row. If it refuses, that is not counted. */
    JsonNode explain(JsonNode row) throws GateException, InterruptedException {
        HttpRequest.Builder request = post("/explain", row.toString());
        try {
            return json(connection.send(request.build()));
        } catch (GateException e) {
            if (FINAL.contains(e.kind())) {
                throw e;
            }
            return ask(request, this::json);
        }
    }

    /** Its predictions, one for each row. */
    RowPredictions predict(List<JsonNode> rows) throws GateException, InterruptedException {
        return predictTimed(rows).predictions();
    }

    /**
     * A request with some of many rows.
     *
     * @param from index of its first row
     * @param to index after its last row
     * @param millis time without failed attempts, in milliseconds
     */
    record Sent(int from, int to, double millis) {}

    /**
     * Predictions for many rows.
     *
     * @param requests in which the rows were sent
     */
    record Predicted(RowPredictions predictions, List<Sent> requests) {}

    /** Its predictions, one for each row, and the times of the requests. */
    Predicted predictTimed(List<JsonNode> rows) throws GateException, InterruptedException {
        RowPredictions answers = new RowPredictions(connection, rows.size());
        List<Sent> requests = new ArrayList<>();
        StringBuilder batch = new StringBuilder();
        int from = 0;
        for (int i = 0; i < rows.size(); i++) {
            batch.append(i == from ? '[' : ',').append(rows.get(i));
            int count = i + 1 - from;
            if (count == BATCH_ROWS || batch.length() >= BATCH_CHARS || i + 1 == rows.size()) {
                Timed answer = timed(batch.append(']').toString(), count);
                answers.addAll(answer.predictions());
                requests.add(new Sent(from, i + 1, answer.millis()));
                batch.setLength(0);
                from = i + 1;
            }
        }
        return new Predicted(answers, requests);
    }

    /** The same for rows that it may refuse, which does not count as a failure. */
    Predicted probe(List<JsonNode> rows) throws GateException, InterruptedException {
        try {
            return predictTimed(rows);
        } catch (GateException e) {
            if (e.kind() == Kind.REFUSAL) {
                counts.forgiven();
            }
            throw e;
        }
    }

    /**
     * Predictions for the rows of one request.
     *
     * @param millis time without failed attempts, in milliseconds
     */
    record Timed(RowPredictions predictions, double millis) {}

    /**
     * Predicts the rows of one request.
     *
     * @param request the rows, as a JSON array
     * @param rows their number
     */
    Timed timed(String request, int rows) throws GateException, InterruptedException {
        return ask(
                post(request).timeout(BATCH_TIMEOUT),
                answer -> new Timed(batch(answer, rows), answer.nanos() / 1e6));
    }

    /**
     * How the function refuses a request, which is sent once and not counted; null if it does not.
     */
    @Nullable ProblemResponse refusal(String request) throws InterruptedException {
        try {
            connection.send(post(request).timeout(BATCH_TIMEOUT).build());
            return null;
        } catch (GateException e) {
            return e.kind() == Kind.REFUSAL ? e.refusal() : null;
        }
    }

    private RowPredictions batch(Response answer, int rows) throws GateException {
        JsonNode json = json(answer);
        if (!json.isArray() || json.size() != rows) {
            throw connection.wrong("answers %d rows with %d.".formatted(rows, json.size()));
        }
        RowPredictions answers = new RowPredictions(connection, rows);
        for (JsonNode each : json) {
            answers.add(each);
        }
        return answers;
    }

    /**
     * Predicts one row on its own.
     *
     * @param row as JSON
     */
    Timed single(String row) throws GateException, InterruptedException {
        return ask(
                post(row),
                answer -> {
                    RowPredictions prediction = new RowPredictions(connection, 1);
                    prediction.add(json(answer));
                    return new Timed(prediction, answer.nanos() / 1e6);
                });
    }

    private HttpRequest.Builder get(String path) {
        return connection.request(path).timeout(TIMEOUT).GET();
    }

    private HttpRequest.Builder post(String body) {
        return post("/predict", body);
    }

    private HttpRequest.Builder post(String path, String body) {
        return connection
                .request(path)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private <T> T ask(HttpRequest.Builder builder, Reader<T> reader)
            throws GateException, InterruptedException {
        HttpRequest request = builder.build();
        long start = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            counts.asked();
            try {
                return reader.read(connection.send(request));
            } catch (GateException e) {
                boolean last =
                        attempt == ATTEMPTS
                                || System.nanoTime() - start > PATIENCE.toNanos()
                                || FINAL.contains(e.kind());
                count(e, last);
                if (last) {
                    throw e;
                }
                sleeper.sleep(BACKOFF.multipliedBy(1L << (attempt - 1)));
            }
        }
    }

    private void count(GateException e, boolean last) throws GateException {
        boolean lost = e.kind() == Kind.UNREACHABLE || e.kind() == Kind.NO_GATEWAY;
        if (lost && !last) {
            counts.retried();
            return;
        }
        if (e.kind() != Kind.NOT_FOUND) {
            counts.failed();
        }
        if (!lost && !last && budget.isExceeded(counts)) {
            throw new GateException(
                    e.kind(),
                    connection.revision(),
                    budget.exceeded(counts) + " The last one: " + e.problem());
        }
    }

    private JsonNode json(Response answer) throws GateException {
        try {
            return JSON.readTree(answer.body());
        } catch (JacksonException e) {
            throw connection.wrong("answers with something that is not JSON.");
        } catch (IOException e) {
            throw new IllegalStateException(e); // There is no I/O in an array.
        }
    }
}
