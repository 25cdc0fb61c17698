package dev.onnxfunction.rollout.testing;

import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A pod that exports its metrics as the function does, and serves nothing else. Thread-safe. */
public final class FakePod implements AutoCloseable {

    private static final double[] EDGES = {
        0.0005, 0.00075, 0.001, 0.0015, 0.0025, 0.0035, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.035,
        0.05, 0.075, 0.1, 0.15, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10
    };

    private final HttpServer server;
    private final Map<String, long[]> requests = new TreeMap<>();
    private final double[] sums = new double[6];
    private double started = 1.7e9;
    private long memory = 130L << 20;
    private boolean marked = true;
    private int status = 200;
    private String more = "";

    /** Listens on any free port of the loopback interface. */
    public FakePod() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/actuator/prometheus",
                exchange -> {
                    byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status(), bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
    }

    /** Its address on 127.0.0.1. */
    public int port() {
        return server.getAddress().getPort();
    }

    /**
     * Serves a row.
     *
     * @param answer status of the response
     * @param seconds response time
     * @param prediction if the status is 200
     */
    public synchronized void predict(int answer, double seconds, double prediction) {
        String outcome = answer < 400 ? "SUCCESS" : answer < 500 ? "CLIENT_ERROR" : "SERVER_ERROR";
        String problem = answer == 200 ? "none" : answer == 400 ? "invalid-features" : "busy";
        String kind =
                "method=\"POST\",outcome=\"%s\",problem=\"%s\",status=\"%d\",uri=\"/predict\""
                        .formatted(outcome, problem, answer);
        long[] counts = requests.computeIfAbsent(kind, _ -> new long[EDGES.length + 1]);
        for (int i = 0; i < EDGES.length; i++) {
            counts[i] += seconds <= EDGES[i] ? 1 : 0;
        }
        counts[EDGES.length]++;
        if (answer == 200) {
            double square = prediction * prediction;
            double[] its = {1, prediction, square, square, prediction * square, square * square};
            for (int i = 0; i < sums.length; i++) {
                sums[i] += its[i];
            }
        }
    }

    /** Restarts its process, which then counts from zero. */
    public synchronized void restart() {
        requests.clear();
        Arrays.fill(sums, 0);
        started++;
    }

    /** Sets the memory of its process, in bytes. */
    public synchronized void take(long bytes) {
        memory = bytes;
    }

    /** From now on it does not recognise the rollout's own requests. */
    public synchronized void unmark() {
        marked = false;
    }

    /** From now on this is the response to a scrape. */
    public synchronized void answer(int other) {
        status = other;
    }

    /** From now on its metrics end with these lines. */
    public synchronized void report(String lines) {
        more = lines;
    }

    private synchronized int status() {
        return status;
    }

    private synchronized String text() {
        StringBuilder text = new StringBuilder("# TYPE http_server_requests_seconds histogram\n");
        requests.forEach((kind, counts) -> histogram(text, kind, counts));
        if (marked) {
            text.append(
                    "onnx_function_rollout_requests_seconds_count{method=\"POST\",uri=\"/predict\"}"
                            + " 200\n");
        }
        text.append("# TYPE onnx_function_request_prediction_sums gauge\n");
        String[] names = {"1", "m", "q", "mm", "mq", "qq"};
        for (int i = 0; i < names.length; i++) {
            text.append("onnx_function_request_prediction_sums{of=\"%s\"} ".formatted(names[i]))
                    .append(sums[i])
                    .append('\n');
        }
        return text.append("process_resident_memory_bytes ")
                .append((double) memory)
                .append("\nprocess_start_time_seconds ")
                .append(started)
                .append('\n')
                .append(more)
                .toString();
    }

    private static void histogram(StringBuilder text, String kind, long[] counts) {
        for (int i = 0; i <= EDGES.length; i++) {
            String edge = i < EDGES.length ? Double.toString(EDGES[i]) : "+Inf";
            text.append(
                    "http_server_requests_seconds_bucket{%s,le=\"%s\"} %d\n"
                            .formatted(kind, edge, counts[i]));
        }
        text.append(
                "http_server_requests_seconds_count{%s} %d\n"
                        .formatted(kind, counts[EDGES.length]));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
