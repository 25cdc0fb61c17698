package dev.onnxfunction.rollout.gates.traffic;

import dev.onnxfunction.rollout.drive.Instance;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Scrapes instances, all of them at the same time. */
final class Scraper {

    private static final String PATH = "/actuator/prometheus";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LARGEST = 16 << 20;

    private final HttpClient http;
    private final Map<String, String> headers;

    /**
     * @param headers of each request, for functions that require a key
     */
    Scraper(HttpClient http, Map<String, String> headers) {
        this.http = http;
        this.headers = Map.copyOf(headers);
    }

    /** The result of each instance. */
    Map<Instance, Scrape> scrape(List<Instance> instances) throws InterruptedException {
        Map<Instance, CompletableFuture<HttpResponse<byte[]>>> exchanges = new HashMap<>();
        for (Instance instance : instances) {
            if (instance.address() != null) {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(instance.address().resolve(PATH)).timeout(TIMEOUT);
                headers.forEach(request::setHeader);
                exchanges.put(
                        instance,
                        http.sendAsync(
                                request.build(),
                                BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST)));
            }
        }
        long end = System.nanoTime() + TIMEOUT.toNanos();
        Map<Instance, Scrape> scrapes = new HashMap<>();
        for (Instance instance : instances) {
            CompletableFuture<HttpResponse<byte[]>> exchange = exchanges.get(instance);
            scrapes.put(
                    instance,
                    exchange == null
                            ? new Scrape.Failed(instance.problem())
                            : result(exchange, end - System.nanoTime()));
        }
        return scrapes;
    }

    private static Scrape result(CompletableFuture<HttpResponse<byte[]>> exchange, long nanosLeft)
            throws InterruptedException {
        try {
            HttpResponse<byte[]> response =
                    exchange.get(Math.max(0, nanosLeft), TimeUnit.NANOSECONDS);
            if (response.statusCode() != 200) {
                return new Scrape.Failed(PATH + " answers " + response.statusCode());
            }
            String text = new String(response.body(), StandardCharsets.UTF_8);
            return new Scrape.Read(MetricsText.parse(text));
        } catch (TimeoutException e) {
            return new Scrape.Failed("no answer within " + TIMEOUT.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof IOException) {
                return new Scrape.Failed(cause.toString());
            }
            throw new IllegalStateException(cause);
        } catch (IllegalArgumentException e) {
            return new Scrape.Failed(String.valueOf(e.getMessage()));
        } finally {
            exchange.cancel(true);
        }
    }
}
