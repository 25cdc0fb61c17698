package dev.onnxfunction.rollout.gates;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.gates.rows.EvaluationFile;
import dev.onnxfunction.rollout.gates.rows.Filters;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A candidate and what the gates on labelled rows do with it.
 *
 * @param file the evaluation
 * @param gate that stops the candidate; empty if none does
 * @param said patterns that the results must contain
 */
record EvaluationCase(
        String name,
        String file,
        FakeFunction live,
        FakeFunction candidate,
        EvaluationLimits limits,
        String gate,
        List<String> said) {

    static final int ROWS = 120;

    static final List<String> COLUMNS = List.of("x", "town", "z");

    /** y is 2 x; 30 of the rows have the town b. */
    static final String FILE =
            IntStream.rangeClosed(1, ROWS)
                    .mapToObj(
                            i -> "%d,%s,%d,%d%n".formatted(i, i % 4 == 0 ? "b" : "a", i % 7, 2 * i))
                    .collect(Collectors.joining("", "x,town,z,y\n", ""));

    static final String CARD =
            """
            {"name": "m", "version": "%s", "target": {"name": "y"}, "example": {"x": 1},
             "features": [{"name": "x", "type": "double"}, {"name": "%s", "type": "%s"}]}
            """;

    static final FakeFunction LIVE = function("1", i -> error(i));

    static final EvaluationLimits INTERVALS_MAY_CHANGE =
            new EvaluationLimits(1.05, 1.25, List.of(), 50, false, false, true);

    @Override
    public String toString() {
        return name;
    }

    static EvaluationCase of(
            String name, FakeFunction live, FakeFunction candidate, String gate, String... said) {
        return new EvaluationCase(
                name, FILE, live, candidate, limits(false, false), gate, List.of(said));
    }

    static EvaluationLimits limits(boolean allowUnproven, boolean inconclusivePasses) {
        return new EvaluationLimits(
                1.05, 1.25, List.of(), 50, allowUnproven, inconclusivePasses, false);
    }

    /** Live's error on a row: between −1 and 1, with both signs equally often. */
    static double error(int i) {
        return Math.sin(i * i);
    }

    static double prediction(JsonNode row, ToDoubleFunction<Integer> error) {
        int x = row.path("x").asInt();
        return 2 * x + error.applyAsDouble(x);
    }

    static FakeFunction function(String version, ToDoubleFunction<Integer> error) {
        return FakeFunction.of("m@" + version, row -> prediction(row, error))
                .describedBy(CARD.formatted(version, "town", "string"));
    }

    static String seen(int from, int to) throws IOException {
        Path file = Files.createTempFile("rows", ".csv");
        try {
            return Filters.of(
                    EvaluationFile.read(Files.writeString(file, FILE)), COLUMNS, from, to);
        } finally {
            Files.delete(file);
        }
    }
}
