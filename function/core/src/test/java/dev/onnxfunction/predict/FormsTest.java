package dev.onnxfunction.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySourcesPropertyResolver;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;

/**
 * A graph that gets a card is served, with and without the card: each form in {@code forms.json},
 * which the Python tests generate and also read.
 */
class FormsTest {

    private static final Path FORMS = Project.TRAINING.resolve("tests").resolve("forms.json");

    @TempDir static Path folder;

    static Stream<Arguments> served() {
        return forms().filter(form -> form.has("carded")).map(FormsTest::named);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void served(String name, JsonNode form) throws IOException {
        assertThat(answers(form, "model", settings(form))).isEqualTo(expected(form));
        assertThat(answers(form, "carded", Map.of())).isEqualTo(expected(form));
    }

    static Stream<Arguments> refused() {
        return forms().filter(form -> form.has("refused")).map(FormsTest::named);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, JsonNode form) {
        assertThatThrownBy(() -> answers(form, "model", settings(form)))
                .isInstanceOf(StartException.class)
                .satisfies(
                        refusal ->
                                assertThat(
                                                refusal.getMessage()
                                                        + " "
                                                        + ((StartException) refusal).remedy())
                                        .contains(form.get("refused").asString()));
    }

    private static Stream<JsonNode> forms() {
        try {
            return JsonMapper.shared().readTree(Files.readString(FORMS)).valueStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Arguments named(JsonNode form) {
        return arguments(form.get("form").asString(), form);
    }

    private static Map<String, Object> settings(JsonNode form) {
        Map<String, Object> settings = new HashMap<>();
        form.get("settings").forEachEntry((name, value) -> settings.put(name, value.asString()));
        return settings;
    }

    private static List<List<Double>> expected(JsonNode form) {
        List<List<Double>> rows = new ArrayList<>();
        for (JsonNode row : form.get("answers")) {
            rows.add(row.valueStream().map(JsonNode::asDouble).toList());
        }
        return rows;
    }

    /** Returns the prediction of each row, with its lower and upper bound if there are any. */
    private static List<List<Double>> answers(
            JsonNode form, String model, Map<String, Object> settings) throws IOException {
        Path file = Files.createTempFile(folder, "model", ".onnx");
        Files.write(file, unpacked(form.get(model)));
        Map<String, Object> all = new HashMap<>(settings);
        all.put("model.location", file.toString());
        MutablePropertySources sources = new MutablePropertySources();
        sources.addFirst(new MapPropertySource("test", all));
        Settings.Model options =
                Settings.from(new PropertySourcesPropertyResolver(sources)).model();
        try (OnnxModel loaded = OnnxModel.load(options)) {
            List<List<Double>> answers = new ArrayList<>();
            for (Prediction prediction : Predict.with(loaded).applyAll(rows(form))) {
                List<Double> answer = new ArrayList<>(List.of(prediction.predict()));
                if (prediction.interval() != null) {
                    answer.addAll(prediction.interval());
                }
                answers.add(answer);
            }
            return answers;
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(JsonNode form) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (JsonNode row : form.path("rows")) {
            rows.add(JsonMapper.shared().convertValue(row, Map.class));
        }
        return rows;
    }

    private static byte[] unpacked(JsonNode text) throws IOException {
        try (InflaterInputStream bytes =
                new InflaterInputStream(new ByteArrayInputStream(text.binaryValue()))) {
            return bytes.readAllBytes();
        }
    }
}
