package dev.onnxfunction.rollout.gates.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Uses the same rows and expected results as the training's tests. */
class FingerprintTest {

    private static final Path VECTORS =
            Path.of("..", "training-notebook-export", "tests", "row-hash-vectors.json");

    private static JsonNode vectors() throws IOException {
        return new ObjectMapper().readTree(VECTORS.toFile());
    }

    @Test
    void aRowHasTheSameDigestAsInTheTraining() throws IOException {
        JsonNode vectors = vectors();

        for (String rows : List.of("rows", "more_rows")) {
            assertThat(vectors.path(rows)).isNotEmpty();
            for (JsonNode row : vectors.path(rows)) {
                assertThat(hex(digest(row.path("cells"))))
                        .as(row.toString())
                        .isEqualTo(row.path("sha256").asText());
            }
        }
    }

    private static RowDigest digest(JsonNode cells) {
        TreeMap<String, String> sorted = new TreeMap<>(RowDigest.BY_BYTES);
        cells.properties().forEach(cell -> sorted.put(cell.getKey(), cell.getValue().asText()));
        return RowDigest.of(List.copyOf(sorted.keySet()), List.copyOf(sorted.values()));
    }

    private static String hex(RowDigest digest) {
        HexFormat hex = HexFormat.of();
        return Stream.of(digest.first(), digest.second(), digest.third(), digest.fourth())
                .map(hex::toHexDigits)
                .reduce("", String::concat);
    }

    @Test
    void theFilterKnowsTheRowsThatItWasMadeFromAndNotAllOthers() throws IOException {
        JsonNode vectors = vectors();
        Fingerprint fingerprint = Fingerprint.of("candidate", sound());

        for (JsonNode row : vectors.path("rows")) {
            assertThat(fingerprint.contains(digest(row.path("cells")))).isTrue();
        }
        assertThat(vectors.path("more_rows"))
                .noneMatch(row -> fingerprint.contains(digest(row.path("cells"))));
    }

    private static ObjectNode sound() throws IOException {
        ObjectNode json = (ObjectNode) vectors().path("fingerprint_of_rows");
        json.put("rows", 6).putArray("columns").add("b").add("a").add("\u00e4").add("B");
        return json;
    }

    @Test
    void columnsAreSortedByTheirBytes() throws IOException {
        assertThat(Fingerprint.of("candidate", sound()).columns())
                .containsExactly("B", "a", "b", "\u00e4");
    }

    @ParameterizedTest
    @CsvSource({
        "bits, 25, bits",
        "bits, 24, filter",
        "bits, 12582936, bits",
        "bits, 48.5, bits",
        "hashes, 0, hashes",
        "hashes, 17, hashes",
        "distinct, 7, distinct",
        "rows, 0, rows",
        "false_positive_rate, 0.6, false_positive_rate",
        "false_positive_rate, 0, false_positive_rate",
        "filter, '\"pZV72ir2\"', sha256",
        "filter, '\"?\"', filter",
        "sha256, '\"00\"', sha256",
        "columns, '[]', columns",
        "columns, '[\"a\", \"a\"]', columns"
    })
    void aDamagedOneIsRefused(String member, String value, String found) throws IOException {
        ObjectNode damaged = sound();
        damaged.set(member, new ObjectMapper().readTree(value));

        assertThatThrownBy(() -> Fingerprint.of("candidate", damaged))
                .isInstanceOf(EvaluationException.class)
                .hasMessageStartingWith("The fingerprint of the candidate model's training rows")
                .hasMessageContaining("its '" + found + "'");
    }
}
