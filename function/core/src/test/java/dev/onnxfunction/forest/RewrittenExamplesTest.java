package dev.onnxfunction.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The examples with forests predict the same when they are loaded as large forests are. */
class RewrittenExamplesTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(strings = {"boosting", "california", "forest", "lightgbm"})
    void theyPredictAsTheirEstimatorsDo(String name, @TempDir Path folder) throws Exception {
        Path example = Project.TRAINING.resolve("examples").resolve(name);
        Path rewritten = folder.resolve("rewritten.onnx");
        Files.write(rewritten, Rewritten.of(example.resolve("model.onnx")));
        JsonNode expected = JSON.readTree(example.resolve("rows.json").toFile());
        JsonNode rows = expected.get("rows");

        try (OnnxModel model = OnnxModel.load(settings(rewritten, expected))) {
            Predict predict = Predict.with(model);
            assertThat(rows).isNotEmpty();
            for (int i = 0; i < rows.size(); i++) {
                Map<String, Object> row = JSON.convertValue(rows.get(i), new TypeReference<>() {});
                double value = expected.get("predictions").get(i).asDouble();
                double tolerance = expected.get("tolerance").asDouble() * Math.abs(value);
                assertThat(predict.apply(row).predict())
                        .as("row %d", i)
                        .isCloseTo(value, within(tolerance));
            }
        }
    }

    private static Settings.Model settings(Path model, JsonNode example) {
        List<String> features =
                example.get("features").isNull()
                        ? List.of()
                        : example.get("features").valueStream().map(JsonNode::asString).toList();
        return new Settings.Model(model, features, !example.get("missing").isNull(), 1);
    }
}
