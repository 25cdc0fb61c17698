package dev.onnxfunction.rollout.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * The objects of a mock of an API server, for what runs in its process: HTTP would take most of the
 * time of a call.
 */
final class MockObjects {

    private static final Headers JSON =
            Headers.builder().add("Content-Type", "application/json").build();

    private final Dispatcher api;
    private final String folder;

    /**
     * @param folder path of all objects, without a slash at its end
     */
    MockObjects(Dispatcher api, String folder) {
        this.api = api;
        this.folder = folder;
    }

    /** An object or list, or null if there is none. */
    <T> @Nullable T find(String path, Class<T> type) {
        MockResponse response = send(HttpMethod.GET, path, "");
        return response.code() == 404 ? null : read(response, type, path);
    }

    /** Creates an object, which is returned as it was stored. */
    <T> T create(String path, T object, Class<T> type) {
        return read(send(HttpMethod.POST, path, Serialization.asJson(object)), type, path);
    }

    /**
     * Replaces an object.
     *
     * @throws KubernetesClientException if it changed since it was read
     */
    <T> void replace(String path, T object, Class<T> type) {
        read(send(HttpMethod.PUT, path, Serialization.asJson(object)), type, path);
    }

    private MockResponse send(HttpMethod method, String path, String body) {
        return api.dispatch(
                new RecordedRequest(
                        "HTTP/1.1",
                        method,
                        folder + "/" + path,
                        JSON,
                        new Buffer(body.getBytes(StandardCharsets.UTF_8))));
    }

    private static <T> T read(MockResponse response, Class<T> type, String path) {
        String body =
                response.getBody() == null
                        ? ""
                        : new String(response.getBody().getBytes(), StandardCharsets.UTF_8);
        if (response.code() >= 300) {
            throw new KubernetesClientException(path + ": " + body, response.code(), null);
        }
        return Serialization.unmarshal(body, type);
    }
}
