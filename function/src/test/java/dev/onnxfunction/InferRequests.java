package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Requests of the Open Inference Protocol V2, and their answers. */
final class InferRequests {

    private static final JsonMapper JSON = JsonMapper.shared();

    private InferRequests() {}

    /** Posts a request that is answered with predictions. */
    static JsonNode infer(RunningFunction function, String path, String request) {
        HttpResponse<String> response = function.post(path, request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        return JSON.readTree(response.body());
    }

    /** Returns the data of an output. */
    static JsonNode output(JsonNode response, int index) {
        return response.get("outputs").get(index).get("data");
    }

    /** Asserts that a response is an error in the format of the protocol. */
    static void assertRefused(HttpResponse<String> response, int status, String problem) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        JsonNode error = JSON.readTree(response.body());
        assertThat(error.propertyNames()).containsExactly("error");
        assertThat(error.get("error").asString()).contains(problem);
    }

    /** Returns a request with the data of some inputs behind its JSON. */
    static HttpRequest.Builder binary(
            RunningFunction function, String path, String json, ByteBuffer... tensors) {
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        int size = Stream.of(tensors).mapToInt(ByteBuffer::capacity).sum();
        ByteBuffer body = ByteBuffer.allocate(head.length + size).put(head);
        for (ByteBuffer tensor : tensors) {
            body.put(tensor.rewind().limit(tensor.capacity()));
        }
        return function.request(path)
                .header("Inference-Header-Content-Length", Integer.toString(head.length))
                .POST(BodyPublishers.ofByteArray(body.array()));
    }

    /** Returns a buffer for numbers as they are in binary tensors. */
    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
