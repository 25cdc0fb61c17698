package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.onnxfunction.rollout.drive.Instance;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Tags;
import dev.onnxfunction.rollout.gates.GateException.Kind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Fetches copies of the clients' requests to the live revision. Each of its instances keeps copies
 * in memory while somebody fetches them. No instance is started for this.
 */
final class LiveSample {

    static final String PATH = "/actuator/sample";

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final RevisionAccess access;
    private int tooLarge;

    LiveSample(HttpClient http, RevisionAccess access) {
        this.http = http;
        this.access = access;
    }

    /**
     * Fetches the copies since the last call; the instances keep making copies.
     *
     * @param live name of the live revision
     * @throws GateException if it refuses
     */
    List<ShadowedRequest> take(Platform platform, String live)
            throws GateException, InterruptedException {
        List<Instance> instances = instances(platform, live);
        if (instances.isEmpty()) {
            return List.of();
        }
        List<URI> addresses =
                instances.stream().map(Instance::address).filter(Objects::nonNull).toList();
        List<ShadowedRequest> all = new ArrayList<>();
        RevisionAccess direct = new RevisionAccess(null, access.headers());
        boolean answered = false;
        for (URI address : addresses) {
            answered |= ask(new RevisionConnection(http, direct, live, address), all);
        }
        if (!answered && platform.address(Tags.LIVE).isPresent()) {
            URI address = platform.address(Tags.LIVE).get();
            ask(new RevisionConnection(http, access, live, address), all);
        }
        return all;
    }

    /** Number of requests that were too large to be copied. */
    int tooLarge() {
        return tooLarge;
    }

    private static List<Instance> instances(Platform platform, String live) {
        try {
            return platform.instances(live);
        } catch (PlatformException e) {
            // The next observation fails, too, and the time of failures is limited there.
            return List.of();
        }
    }

    /** Whether the instance answers; it may be about to terminate. */
    private boolean ask(RevisionConnection connection, List<ShadowedRequest> all)
            throws GateException, InterruptedException {
        try {
            Response answer =
                    connection.send(
                            connection
                                    .request(PATH)
                                    .timeout(TIMEOUT)
                                    .POST(BodyPublishers.noBody())
                                    .build());
            JsonNode json = JSON.readTree(answer.body());
            tooLarge += json.path("tooLarge").intValue();
            for (JsonNode each : json.path("requests")) {
                ShadowedRequest request = request(each);
                if (request != null) {
                    all.add(request);
                }
            }
            return true;
        } catch (IOException e) {
            return false; // It is not JSON.
        } catch (GateException e) {
            if (e.kind() == Kind.UNAUTHORIZED || e.kind() == Kind.NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }

    private static @Nullable ShadowedRequest request(JsonNode json) {
        double[] predictions = ShadowedRequest.predictions(json.path("answer"));
        return predictions == null || predictions.length == 0
                ? null
                : new ShadowedRequest(json.path("body").asText(), predictions);
    }
}
