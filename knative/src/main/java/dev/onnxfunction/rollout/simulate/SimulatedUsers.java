package dev.onnxfunction.rollout.simulate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A steady stream of user requests, each with a randomly drawn row. */
final class SimulatedUsers implements AutoCloseable {

    /** Maximum number of requests in flight; further ones are skipped. */
    private static final int MAX_IN_FLIGHT = 64;

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("users").daemon().factory());
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<HttpRequest> requests;

    /**
     * Starts to send requests.
     *
     * @param rows that they send, as JSON
     * @param rate requests a second, positive
     */
    SimulatedUsers(URI proxy, List<String> rows, int rate) {
        requests = rows.stream().map(row -> request(proxy, row)).toList();
        long nanos = TimeUnit.SECONDS.toNanos(1) / rate;
        var _ = timer.scheduleAtFixedRate(this::send, 0, nanos, TimeUnit.NANOSECONDS);
    }

    private static HttpRequest request(URI proxy, String row) {
        return HttpRequest.newBuilder(proxy.resolve("/predict"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(row))
                .build();
    }

    private void send() {
        if (free.tryAcquire()) {
            HttpRequest request = requests.get(random.nextInt(requests.size()));
            // The proxy counts what fails.
            var _ =
                    http.sendAsync(request, BodyHandlers.discarding())
                            .whenComplete((_, _) -> free.release());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        http.shutdownNow();
    }
}
