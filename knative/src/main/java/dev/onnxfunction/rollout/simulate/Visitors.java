package dev.onnxfunction.rollout.simulate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Users: a light and steady stream of requests. */
final class Visitors implements AutoCloseable {

    /** 50 requests a second: enough for a share of 1 % to be seen within a few seconds. */
    private static final long PERIOD_MILLIS = 20;

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("visitors").daemon().factory());
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * They come from now on.
     *
     * @param row that they ask, as JSON
     */
    Visitors(URI proxy, String row) {
        HttpRequest request =
                HttpRequest.newBuilder(proxy.resolve("/predict"))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(row))
                        .build();
        timer.scheduleWithFixedDelay(() -> ask(request), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void ask(HttpRequest request) {
        try {
            http.send(request, BodyHandlers.discarding());
        } catch (IOException e) {
            // The proxy has counted it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        http.shutdownNow();
    }
}
