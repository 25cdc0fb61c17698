package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DifferenceHistogramTest {

    @Test
    void theHistogramIsSymmetricalAndCountsEachRow() {
        assertThat(DifferenceHistogram.of(new double[] {1, 2, 3, 13}, new double[] {1, 2, 3, 4}))
                .hasSize(9)
                .satisfies(
                        lines -> assertThat(lines.get(4)).contains("-1.000 …      +1.000      3"))
                .satisfies(
                        lines -> assertThat(lines.get(8)).contains("+7.000 …      +9.000      1"));
        assertThat(DifferenceHistogram.of(new double[] {1}, new double[] {1}))
                .containsExactly("No prediction changes.");
    }
}
