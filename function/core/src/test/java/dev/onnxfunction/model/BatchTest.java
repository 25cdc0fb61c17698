package dev.onnxfunction.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.stream.IntStream;

/** A batch keeps its memory, and the tensors of its first rows, for the next borrower. */
class BatchTest {

    private static final int[] ROWS = {3, 3, 2, 1, 3, 1, 1, 100, 3, 1, 100, 100, 5000, 100, 1};

    @Test
    void eachBorrowerGetsThePredictionsOfItsOwnRows(@TempDir Path folder) {
        Path file = OnnxGraph.linear(0.5, 2).write(folder);
        try (OnnxModel model = OnnxModel.load(file)) {
            for (int call = 0; call < ROWS.length; call++) {
                int first = 1000 * call;
                try (Batch batch = model.batch()) {
                    fill(batch, first, ROWS[call]);
                    model.run(batch, 0, ROWS[call]);
                    assertThat(IntStream.range(0, ROWS[call]).mapToDouble(batch::prediction))
                            .as("call %d", call)
                            .containsExactlyElementsOf(
                                    IntStream.range(first, first + ROWS[call])
                                            .mapToObj(value -> 2 * value + 0.5)
                                            .toList());
                }
            }
        }
    }

    /** More rows are run in several calls, each of which has its own tensors. */
    @Test
    void laterRowsOfABatchAreRunLikeTheFirst(@TempDir Path folder) {
        Path file = OnnxGraph.linear(0.5, 2).write(folder);
        try (OnnxModel model = OnnxModel.load(file);
                Batch batch = model.batch()) {
            fill(batch, 0, 6);
            model.run(batch, 0, 2);
            model.run(batch, 2, 2);
            model.run(batch, 4, 2);
            assertThat(IntStream.range(0, 6).mapToDouble(batch::prediction))
                    .containsExactly(0.5, 2.5, 4.5, 6.5, 8.5, 10.5);
        }
    }

    private static void fill(Batch batch, int first, int count) {
        Column column = batch.columns().getFirst();
        for (int value = first; value < first + count; value++) {
            batch.addRow();
            assertThat(column.put(batch, (double) value)).isNull();
        }
    }
}
