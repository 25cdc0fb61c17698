package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Asks one revision. */
final class FunctionClient {

    /** Long enough for a start from zero. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final int LARGEST_ANSWER = 16 << 20;

    /** Rows of one request: far below the function's limit. */
    private static final int BATCH_ROWS = 500;

    /** Characters from which a request gets no further row: far below the function's limit. */
    private static final int BATCH_CHARS = 200_000;

    /** What an ingress answers that does not know the address yet, or whose revision starts. */
    private static final Set<Integer> EARLY = Set.of(404, 502, 503, 504);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final Reach reach;
    private final URI address;

    FunctionClient(HttpClient http, Reach reach, URI address) {
        this.http = http;
        this.reach = reach;
        this.address = address;
    }

    /** Its model card, or what it says of its model without one. */
    Card card() throws GateException, InterruptedException {
        return Card.of(json(send(request("/model").GET())));
    }

    /** Fails unless it says that it is ready. */
    void ready() throws GateException, InterruptedException {
        send(request("/actuator/health/readiness").GET());
    }

    /**
     * The fingerprint of the rows that its model was trained on, as its card has it.
     *
     * @return null if it has none
     */
    @Nullable JsonNode fingerprint() throws GateException, InterruptedException {
        try {
            return json(send(request("/model/fingerprint").GET()));
        } catch (GateException e) {
            if (e.status() == 404) {
                return null;
            }
            throw e;
        }
    }

    /** Its answers, one for each row. */
    Answers predict(List<JsonNode> rows) throws GateException, InterruptedException {
        Answers answers = new Answers(address, rows.size());
        StringBuilder batch = new StringBuilder();
        int from = 0;
        for (int i = 0; i < rows.size(); i++) {
            batch.append(i == from ? '[' : ',').append(rows.get(i));
            int count = i + 1 - from;
            if (count == BATCH_ROWS || batch.length() >= BATCH_CHARS || i + 1 == rows.size()) {
                JsonNode answer = json(send(post(batch.append(']').toString())));
                for (int k = 0; k < count; k++) {
                    answers.add(answer.path(k));
                }
                batch.setLength(0);
                from = i + 1;
            }
        }
        return answers;
    }

    /**
     * How long it takes to predict one row, in milliseconds.
     *
     * @param row as JSON
     */
    double time(String row) throws GateException, InterruptedException {
        HttpRequest.Builder request = post(row);
        long start = System.nanoTime();
        send(request);
        return (System.nanoTime() - start) / 1e6;
    }

    private HttpRequest.Builder post(String body) {
        return request("/predict")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(reach.resolve(address, path)).timeout(TIMEOUT);
        if (reach.via() != null) {
            request.setHeader("Host", address.getAuthority());
        }
        reach.headers().forEach(request::setHeader);
        return request;
    }

    private byte[] send(HttpRequest.Builder builder) throws GateException, InterruptedException {
        HttpRequest request = builder.build();
        String what = request.method() + " " + address + request.uri().getPath();
        try {
            HttpResponse<byte[]> response =
                    http.send(
                            request,
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
            if (response.statusCode() != 200) {
                throw new GateException(
                        what + " answers " + response.statusCode() + " " + excerpt(response.body()),
                        response.statusCode(),
                        EARLY.contains(response.statusCode()));
            }
            return response.body();
        } catch (IOException e) {
            throw new GateException(what + " fails: " + e, true);
        }
    }

    private static String excerpt(byte[] body) {
        return excerpt(new String(body, StandardCharsets.UTF_8));
    }

    static String excerpt(String body) {
        String text = body.strip().replaceAll("[\\s\\p{Cc}]+", " ");
        return text.substring(0, Math.min(200, text.length()));
    }

    private JsonNode json(byte[] body) throws GateException {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new GateException(address + " answers something that is no JSON.", false);
        } catch (IOException e) {
            throw new IllegalStateException(e); // There is no I/O in an array.
        }
    }
}
