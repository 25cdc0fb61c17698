package dev.onnxfunction;

import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Scrape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse;
import java.nio.file.Path;

/** A category that is not in the training data is named in the answer, or refused. */
class UnknownCategoryTest {

    private static final String HISTOGRAM =
            "\"histogram\": {\"counts\": {\"Male\": 7, \"Female\": 9}}";

    @TempDir Path folder;

    /** y is 1 for Male, 2 for Female and 3 for any other sex; union has no effect. */
    private static OnnxGraph wage(String sex) {
        return new OnnxGraph()
                .input("sex", Element.STRING, N, 1)
                .input("union", Element.BOOL, N, 1)
                .mlNode(
                        "LabelEncoder",
                        "sex",
                        "y",
                        Attribute.strings("keys_strings", "Male", "Female"),
                        Attribute.floats("values_floats", 1, 2),
                        Attribute.of("default_float", 3f))
                .output("y", Element.FLOAT, N, 1)
                .card(
                        """
                        {"name": "wage", "version": "1", "target": {"name": "y"}, "features": [
                          {"name": "sex", "type": "string", %s},
                          {"name": "union", "type": "bool", "histogram": {"counts": {"false": 16}}}]}
                        """
                                .formatted(sex));
    }

    @Test
    void itIsNamedDescribedAndCounted() {
        try (RunningFunction function = RunningFunction.serving(wage(HISTOGRAM).write(folder))) {
            assertThat(
                            function.predict(
                                            "[{\"sex\":\"Male\",\"union\":false},"
                                                    + "{\"sex\":\"male\",\"union\":true},"
                                                    + "{\"sex\":\"\",\"union\":false}]")
                                    .body())
                    .isEqualTo(
                            "[{\"status\":\"ok\",\"predict\":1.0,\"model\":\"wage@1\"},"
                                    + "{\"status\":\"ok\",\"predict\":3.0,\"unknownCategory\":"
                                    + "[\"sex\",\"union\"],\"model\":\"wage@1\"},"
                                    + "{\"status\":\"ok\",\"predict\":3.0,\"unknownCategory\":"
                                    + "[\"sex\"],\"model\":\"wage@1\"}]");
            assertThat(function.predict("{\"sex\":\"Male\",\"union\":false}").body())
                    .doesNotContain("unknownCategory");
            assertThat(function.get("/openapi.json").body()).contains("\"unknownCategory\":{");
            Scrape scrape = new Scrape(function.get("/actuator/prometheus").body());
            String count = "onnx_function_feature_unknown_category_total";
            assertThat(scrape.value(count, "feature=\"sex\"")).isEqualTo(2);
            assertThat(scrape.value(count, "feature=\"union\"")).isEqualTo(1);
        }
    }

    @Test
    void theCardMayRefuseIt() {
        OnnxGraph graph = wage(HISTOGRAM + ", \"unknown\": \"refused\"");
        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            HttpResponse<String> refusal = function.predict("{\"sex\":\"male\",\"union\":false}");

            assertThat(refusal.statusCode()).isEqualTo(400);
            assertThat(refusal.body())
                    .contains(
                            "\"errors\":[{\"row\":0,\"feature\":\"sex\",\"problem\":\"is a"
                                    + " category that the training data does not have\"}]");
            assertThat(function.predict("{\"sex\":\"Male\",\"union\":false}").statusCode())
                    .isEqualTo(200);
            assertThat(function.get("/openapi.json").body())
                    .contains("\"enum\":[\"Male\",\"Female\"]");
        }
    }

    @Test
    void aMissingOneThatMayBeIsNotUnknown() {
        OnnxGraph graph = wage(HISTOGRAM + ", \"missing\": \"allowed\", \"unknown\": \"refused\"");
        try (RunningFunction function = RunningFunction.serving(graph.write(folder))) {
            assertThat(
                            function.predict("[{\"sex\":\"\",\"union\":false},{\"union\":false}]")
                                    .body())
                    .startsWith("[{\"status\":\"ok\"")
                    .doesNotContain("unknownCategory");
        }
    }
}
