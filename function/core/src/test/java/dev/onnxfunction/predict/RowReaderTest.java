package dev.onnxfunction.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.OnnxGraph;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** The reader reads rows as Jackson does, whether they are formatted alike or not. */
class RowReaderTest {

    private static final List<String> NAMES = List.of("a", "width", "b", "µ with \"quotes\"");
    private static final String[] BLANKS = {"", "", " ", "  ", "\n", " \t"};
    private static final String[] PIECES = {
        "\"", ",", ":", "{", "}", "[", "]", " ", "\\", "a", "0", "1", "-", ".", "e", "é", "\n"
    };

    private static final JsonMapper JACKSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    @TempDir private static Path folder;

    private static OnnxModel model;
    private static RowReader reader;

    private final SplittableRandom random = new SplittableRandom(1978);

    @BeforeAll
    static void load() {
        Path file = OnnxGraph.linear(0, 1, 1, 1, 1).write(folder);
        model = OnnxModel.load(new Settings.Model(file, NAMES, false, 1));
        reader = new RowReader(model.features(), 100, 1_000_000);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    @Tag("slow")
    void everyBodyIsReadOrRefusedAsByJackson() {
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            String body = random.nextInt(4) == 0 ? body() : damaged(body());
            List<List<Double>> expected = byJackson(body);
            assertThat(byReader(body)).as(body).isEqualTo(expected);
            read += expected == null ? 0 : 1;
        }
        assertThat(read).isBetween(50_000, 150_000);
    }

    /** The first member has hardly any text before it. */
    @Test
    void membersThatStandTwiceAreRefusedFromTheBeginning() {
        assertThat(byReader("{\"a\":1,\"width\":2,\"a\":3,\"width\":4}")).isNull();
    }

    /** Every member but the first of its object has a comma before it, whatever rows before had. */
    @Test
    void commasAreThoseOfTheRowItself() {
        String row = "\"a\":1,\"width\":2,\"b\":3,\"µ with \\\"quotes\\\"\":4}";
        for (String first : List.of("{", "{\"x\":0,", "{,", "{\"x\":0")) {
            for (String then : List.of("{", "{\"x\":0,", "{,", "{\"x\":0")) {
                String before = first + row + "," + first + row;
                String body = "[" + before + "," + then + row + "]";
                assertThat(byReader(body)).as(body).isEqualTo(byJackson(body));
            }
        }
    }

    /** A member is recognized by all bytes up to its value, also by those in the middle. */
    @Test
    void aRowThatDiffersInOneCharacterIsReadForItself() {
        String row = "{\"a\":1,\"width\":2,\"b\":3,\"µ with \\\"quotes\\\"\":4}";
        for (int i = 0; i < row.length(); i++) {
            for (String piece : List.of("x", " ", ",", "\"")) {
                String changed = row.substring(0, i) + piece + row.substring(i + 1);
                String body = "[" + row + "," + row + "," + changed + "]";
                assertThat(byReader(body)).as(body).isEqualTo(byJackson(body));
            }
        }
    }

    /** Returns the values of the rows, or null if they are refused. */
    private static @Nullable List<List<Double>> byReader(String body) {
        byte[] json = body.getBytes(StandardCharsets.UTF_8);
        try (Batch batch = model.batch()) {
            reader.read(json, json.length, batch);
            List<List<Double>> rows = new ArrayList<>();
            for (int row = 0; row < batch.size(); row++) {
                List<Double> values = new ArrayList<>();
                for (Column column : batch.columns()) {
                    values.add(positiveZero(column.number(batch, row)));
                }
                rows.add(values);
            }
            return rows;
        } catch (JsonException | InvalidRowsException e) {
            return null;
        }
    }

    private static @Nullable List<List<Double>> byJackson(String body) {
        try {
            JsonNode tree = JACKSON.readTree(body.getBytes(StandardCharsets.UTF_8));
            Iterable<JsonNode> nodes = tree.isArray() ? tree : List.of(tree);
            List<List<Double>> rows = new ArrayList<>();
            for (JsonNode node : nodes) {
                List<Double> values = new ArrayList<>();
                for (String name : NAMES) {
                    JsonNode value = node.path(name);
                    if (!value.isNumber() || Double.isInfinite(value.asDouble())) {
                        return null;
                    }
                    values.add(positiveZero(value.asDouble()));
                }
                rows.add(values);
            }
            return rows;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Jackson reads -0 as a whole number, which has no negative zero. */
    private static double positiveZero(double number) {
        return number == 0 ? 0.0 : number;
    }

    /** Returns a body whose rows are in most cases formatted alike. */
    private String body() {
        boolean alike = random.nextInt(4) > 0;
        String blank = blank();
        List<String> rows = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            rows.add(row(alike ? blank : blank()));
        }
        return rows.size() == 1 && random.nextBoolean()
                ? rows.getFirst()
                : "[" + String.join("," + blank, rows) + "]";
    }

    private String row(String blank) {
        List<String> names = new ArrayList<>(NAMES);
        if (random.nextInt(8) == 0) {
            names.add(random.nextInt(names.size()), "another");
        }
        if (random.nextInt(8) == 0) {
            Collections.swap(names, random.nextInt(NAMES.size()), random.nextInt(NAMES.size()));
        }
        List<String> members = new ArrayList<>();
        for (String name : names) {
            String escaped = name.replace("\"", "\\\"");
            members.add("\"" + escaped + "\"" + blank + ":" + blank + value());
        }
        return "{" + String.join(blank + "," + blank, members) + "}";
    }

    private String value() {
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toString(random.nextInt(-100, 100));
            case 1 -> Double.toString(random.nextInt(10_000) / 100.0);
            default -> Double.toString(random.nextDouble());
        };
    }

    private String blank() {
        return BLANKS[random.nextInt(BLANKS.length)];
    }

    /** Inserts a piece that does not belong there, removes one, or doubles a part. */
    private String damaged(String body) {
        int from = random.nextInt(body.length());
        int to = Math.min(body.length(), from + random.nextInt(1, random.nextInt(2, 40)));
        String piece =
                switch (random.nextInt(3)) {
                    case 0 -> PIECES[random.nextInt(PIECES.length)] + body.substring(from, to);
                    case 1 -> body.substring(from, to).repeat(2);
                    default -> "";
                };
        return body.substring(0, from) + piece + body.substring(to);
    }
}
