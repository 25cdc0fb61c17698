package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.onnxfunction.testing.Project;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Models of many kinds, as the training exports them, each with rows and its estimator's
 * predictions.
 */
@Tag(TestedServer.MODEL)
@Tag(TestedServer.IMAGE)
class ExampleModelsTest {

    static final Path FOLDER = Project.TRAINING.resolve("examples");
    private static final JsonMapper JSON = JsonMapper.shared();

    static List<Path> examples() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.sorted().toList();
        }
    }

    @Test
    void thereAreModelsOfEveryKind() throws IOException {
        assertThat(examples())
                .extracting(example -> example.getFileName().toString())
                .contains(
                        "linear",
                        "boosting",
                        "forest",
                        "lightgbm",
                        "mlp",
                        "mixed",
                        "imputing",
                        "embeddings");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void eachPredictsAsItsEstimatorDoes(Path example) {
        assertPredicts(example, example.resolve("model.onnx"));
    }

    /**
     * Asserts that a model predicts what the estimator of an example predicts.
     *
     * @param example folder of the example
     */
    static void assertPredicts(Path example, Path model) {
        JsonNode expected = JSON.readTree(example.resolve("rows.json").toFile());
        JsonNode rows = expected.get("rows");

        try (RunningFunction function = RunningFunction.sharedServing(model, settings(expected))) {
            JsonNode together = ok(function.predict(rows.toString()));

            assertThat(rows).isNotEmpty();
            assertThat(together).hasSize(rows.size());
            for (int i = 0; i < rows.size(); i++) {
                assertPredicts(together.get(i), expected, i);
                assertPredicts(ok(function.predict(rows.get(i).toString())), expected, i);
            }
        }
    }

    private static String[] settings(JsonNode expected) {
        List<String> settings = new ArrayList<>();
        if (!expected.get("features").isNull()) {
            List<String> names =
                    expected.get("features").valueStream().map(JsonNode::asString).toList();
            settings.add("model.features=" + String.join(",", names));
        }
        if (!expected.get("missing").isNull()) {
            settings.add("model.missing=" + expected.get("missing").asString());
        }
        return settings.toArray(String[]::new);
    }

    private static JsonNode ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static void assertPredicts(JsonNode prediction, JsonNode expected, int row) {
        double value = expected.get("predictions").get(row).asDouble();
        double tolerance = expected.get("tolerance").asDouble() * Math.abs(value);
        assertThat(prediction.get("predict").asDouble())
                .as("row %d", row)
                .isCloseTo(value, within(tolerance));
    }
}
