package dev.onnxfunction.predict;

import static com.networknt.schema.InputFormat.JSON;

import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.settings.StartException;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The schema, the start and, in {@code test_cards.py}, {@code check} accept the same cards and
 * refuse the same. Each case is a change of the card in {@code cards.json}.
 */
class CardsTest {

    private static final JsonNode CARDS = JsonMapper.shared().readTree(read("tests", "cards.json"));

    /** Escapes emoji, because ONNX Runtime for Java cannot pass them on. */
    private static final JsonMapper ESCAPING =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(read("training", "model-card.schema.json"), JSON);

    @TempDir static Path folder;

    static Stream<JsonNode> right() {
        return CARDS.get("right").valueStream();
    }

    @ParameterizedTest
    @MethodSource
    void right(JsonNode changes) {
        String card = changed(changes.valueStream());

        assertThat(SCHEMA.validate(card, JSON)).isEmpty();
        assertThatCode(() -> start(card)).doesNotThrowAnyException();
    }

    static Stream<JsonNode> wrong() {
        return CARDS.get("wrong").valueStream();
    }

    @ParameterizedTest
    @MethodSource
    void wrong(JsonNode change) {
        String card = changed(Stream.of(change));

        assertThat(SCHEMA.validate(card, JSON)).isNotEmpty();
        assertThatThrownBy(() -> start(card)).isInstanceOf(StartException.class);
    }

    static Stream<JsonNode> wrongBeyondTheSchema() {
        return CARDS.get("wrong_beyond_the_schema").valueStream();
    }

    @ParameterizedTest
    @MethodSource
    void wrongBeyondTheSchema(JsonNode change) {
        String card = changed(Stream.of(change));

        assertThat(SCHEMA.validate(card, JSON)).isEmpty();
        assertThatThrownBy(() -> start(card)).isInstanceOf(StartException.class);
    }

    static Stream<JsonNode> wrongBackground() {
        return CARDS.get("wrong_background").valueStream();
    }

    /** The start does not read the background; the first explanation does. */
    @ParameterizedTest
    @MethodSource
    void wrongBackground(JsonNode change) {
        assertThatCode(() -> start(changed(Stream.of(change)))).doesNotThrowAnyException();
    }

    static Stream<JsonNode> rightTexts() {
        return CARDS.get("right_texts").valueStream();
    }

    @ParameterizedTest
    @MethodSource
    void rightTexts(JsonNode change) {
        assertThatCode(() -> start(written(change))).doesNotThrowAnyException();
    }

    static Stream<JsonNode> wrongTexts() {
        return CARDS.get("wrong_texts").valueStream();
    }

    @ParameterizedTest
    @MethodSource
    void wrongTexts(JsonNode change) {
        String card = written(change);
        assertThatThrownBy(() -> start(card)).isInstanceOf(StartException.class);
    }

    /** Returns the card with a text at a path as it is, where {@code @(63)} is 63 nested arrays. */
    private static String written(JsonNode change) {
        String arrays =
                Pattern.compile("@\\((\\d+)\\)")
                        .matcher(change.get(1).asString())
                        .replaceAll(found -> nested(Integer.parseInt(found.group(1))));
        ArrayNode marked = JsonMapper.shared().createArrayNode().add(change.get(0)).add("here");
        return changed(Stream.of(marked)).replace("\"here\"", arrays);
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    /**
     * Returns the card with the value at each path replaced, or removed if the change has no value.
     */
    private static String changed(Stream<JsonNode> changes) {
        JsonNode card = CARDS.get("card").deepCopy();
        changes.forEach(change -> change(card, change));
        return ESCAPING.writeValueAsString(card);
    }

    private static void change(JsonNode card, JsonNode change) {
        List<String> path = List.of(change.get(0).asString().split("\\."));
        JsonNode place = card;
        for (String step : path.subList(0, path.size() - 1)) {
            place = place.isArray() ? place.get(Integer.parseInt(step)) : place.get(step);
        }
        String last = path.getLast();
        JsonNode value = change.get(1);
        if (place instanceof ArrayNode array) {
            array.set(Integer.parseInt(last), value);
        } else if (value == null) {
            ((ObjectNode) place).remove(last);
        } else {
            ((ObjectNode) place).set(last, value);
        }
    }

    /**
     * Starts a graph with an input of two doubles and with two outputs: the first value, and both.
     */
    private static void start(String card) {
        Path model =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, N, 2)
                        .longs("first", new long[] {1}, 0)
                        .node("Gather", "x first", "predict", Attribute.of("axis", 1))
                        .node("Identity", "x", "interval")
                        .output("predict", Element.DOUBLE, N, 1)
                        .output("interval", Element.DOUBLE, N, 2)
                        .card(card)
                        .write(folder);
        try (OnnxModel loaded = OnnxModel.load(new Settings.Model(model, List.of(), false, 1))) {
            Predict.with(loaded);
        }
    }

    private static String read(String directory, String file) {
        try {
            return Files.readString(Project.TRAINING.resolve(directory).resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
