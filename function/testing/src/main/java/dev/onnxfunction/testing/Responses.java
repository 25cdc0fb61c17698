package dev.onnxfunction.testing;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.http.HttpResponse;
import java.util.List;

/** What tests check on responses over HTTP. */
public final class Responses {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Responses() {}

    /** Asserts that a response is a problem document with these members, and no others. */
    public static void assertProblem(
            HttpResponse<String> response, int status, String title, String detail) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(List.copyOf(problem.propertyNames()))
                .isEqualTo(List.of("type", "title", "status", "detail"));
        assertThat(problem.get("type").asString()).startsWith("tag:onnxfunction.dev,2026:problem/");
        assertThat(problem.get("title").asString()).isEqualTo(title);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asString()).contains(detail);
    }

    /** Returns the first header with this name, "none" without one. */
    public static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }
}
