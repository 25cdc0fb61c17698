package dev.onnxfunction.predict;

import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.stream.Collectors.joining;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A row like the one before is read at once, and with the same result as any other. */
class RepeatedRowsTest {

    private static final List<String> NAMES = List.of("a", "width", "name of many words", "\u00e4");

    private final SplittableRandom random = new SplittableRandom(8259);

    @ParameterizedTest
    @EnumSource(names = {"DOUBLE", "FLOAT"})
    void theSameIsReadAfterOtherRowsAsAlone(Element element, @TempDir Path folder) {
        try (OnnxModel model = model(element, folder)) {
            RowReader reader = new RowReader(model.features(), 100, 1000);
            String row = "{\"a\": 1, \"width\": -2.5, \"name of many words\": 3, \"\u00e4\": 4}";
            int valid = 0;
            for (int i = 0; i < 40_000; i++) {
                String changed = changed(row);
                String alone = read(model, reader, "[" + changed + "]");
                String after = read(model, reader, "[" + row + ", " + row + ", " + changed + "]");
                assertThat(after).as(changed).isEqualTo(alone);
                valid += alone.startsWith("[") ? 1 : 0;
            }
            assertThat(valid).isBetween(10_000, 39_000);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DOUBLE", "FLOAT"})
    void aNumberIsTheNearest(Element element, @TempDir Path folder) {
        try (OnnxModel model = model(element, folder)) {
            RowReader reader = new RowReader(model.features(), 100, 1000);
            String row = "{\"a\":%s,\"width\":%s,\"name of many words\":%s,\"\u00e4\":%s}";
            for (int i = 0; i < 40_000; i++) {
                Object[] numbers = {number(), number(), number(), number()};
                String last = row.formatted(numbers);
                String body = "[" + row.formatted(1, 2, 3, 4) + "," + last + "]      ";
                StringBuilder nearest = new StringBuilder("[");
                for (Object number : numbers) {
                    double value =
                            element == Element.DOUBLE
                                    ? Double.parseDouble(number.toString())
                                    : Float.parseFloat(number.toString());
                    nearest.append(nearest.length() > 1 ? ", " : "").append(value);
                }
                assertThat(read(model, reader, body)).as(last).isEqualTo(nearest + "]");
            }
        }
    }

    /** After the body, its array may have bytes of earlier bodies. */
    @Test
    void bytesAfterTheBodyMakeNoDifference(@TempDir Path folder) {
        String row = "{\"a\":1.5,\"width\":-2,\"name of many words\":30,\"\u00e4\":0.125}";
        byte[] all = ("[" + row + "," + row + "]" + row).getBytes(StandardCharsets.UTF_8);
        try (OnnxModel model = model(Element.DOUBLE, folder)) {
            RowReader reader = new RowReader(model.features(), 100, 1000);
            int read = 0;
            for (int length = 0; length < all.length; length++) {
                String alone = read(model, reader, Arrays.copyOf(all, length), length);
                assertThat(read(model, reader, all, length)).as("%d", length).isEqualTo(alone);
                read += alone.startsWith("[") ? 1 : 0;
            }
            assertThat(read).isEqualTo(1);
        }
    }

    @Test
    void valuesOutsideTheTrainingRangeAreNoted(@TempDir Path folder) {
        Path file =
                OnnxGraph.linear(0, 1, 1, 1)
                        .card(
                                """
                                {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
                                 {"name": "a", "type": "double", "min": -1.5, "max": 2.5},
                                 {"name": "b", "type": "double", "max": 6},
                                 {"name": "c", "type": "double", "min": 7, "max": 7}]}
                                """)
                        .write(folder);
        String body =
                Stream.of("0 0 7", "-1.5 6 7", "2.5 -9 7", "-1.6 0 7", "2.6 7 7", "0 6.1 6.999")
                        .map(values -> values.split(" "))
                        .map(v -> "{\"a\":" + v[0] + ",\"b\":" + v[1] + ",\"c\":" + v[2] + "}")
                        .collect(joining(",", "[", "]         "));
        byte[] json = body.getBytes(StandardCharsets.UTF_8);
        try (OnnxModel model = OnnxModel.load(new Settings.Model(file, List.of(), false, 1));
                Batch batch = model.batch()) {
            new RowReader(model.features(), 100, 1000).read(json, json.length, batch);
            List<String> noted =
                    IntStream.range(0, batch.size())
                            .mapToObj(
                                    i ->
                                            IntStream.range(0, 3)
                                                    .filter(c -> batch.nextOutOfRange(i, c) == c)
                                                    .mapToObj("abc"::substring)
                                                    .map(rest -> rest.substring(0, 1))
                                                    .collect(joining()))
                            .toList();
            assertThat(noted).containsExactly("", "", "", "a", "ab", "bc");
        }
    }

    private static OnnxModel model(Element element, Path folder) {
        Path file =
                new OnnxGraph()
                        .input("x", element, N, NAMES.size())
                        .node("Slice", "x from to axis", "y")
                        .longs("from", new long[] {1}, 0)
                        .longs("to", new long[] {1}, 1)
                        .longs("axis", new long[] {1}, 1)
                        .output("y", element, N, 1)
                        .write(folder);
        return OnnxModel.load(new Settings.Model(file, NAMES, false, 1));
    }

    /** Replaces some numbers, and sometimes any other character. */
    private String changed(String row) {
        StringBuilder changed = new StringBuilder(row);
        if (random.nextInt(3) == 0) {
            int at = 1 + random.nextInt(row.length() - 1);
            changed.setCharAt(at, "0,:\"}{a9.-e ]".charAt(random.nextInt(13)));
        }
        if (random.nextInt(3) > 0) {
            int at = changed.indexOf("-2.5");
            if (at > 0) {
                changed.replace(at, at + 4, text("-00123459.e", 1 + random.nextInt(9)));
            }
        }
        if (random.nextInt(8) == 0) {
            changed.insert(changed.length() - 1, ", \"width\": 1");
        }
        return changed.toString();
    }

    /** A number of one to nine digits, so that some do not end within a word. */
    private String number() {
        String whole = Integer.toString(random.nextInt(random.nextInt(1, 100_000)));
        String sign = random.nextInt(4) == 0 ? "-" : "";
        String decimals = text("0123456789", random.nextInt(7));
        return sign + whole + (decimals.isEmpty() ? "" : "." + decimals);
    }

    private String text(String characters, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }

    /** Returns the last row, or its problem without its place. */
    private static String read(OnnxModel model, RowReader reader, String body) {
        byte[] json = body.getBytes(StandardCharsets.UTF_8);
        return read(model, reader, json, json.length);
    }

    private static String read(OnnxModel model, RowReader reader, byte[] json, int length) {
        try (Batch batch = model.batch()) {
            reader.read(json, length, batch);
            int last = batch.size() - 1;
            return batch.columns().stream().map(column -> column.number(batch, last)).toList()
                    + (batch.nextOutOfRange(last, 0) < 0 ? "" : "?");
        } catch (JsonException | InvalidRowsException e) {
            return String.valueOf(e.getMessage()).replaceAll("row \\d+|\\(line.*", "");
        }
    }
}
