package dev.onnxfunction.rollout.gates.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageTest {

    @Test
    void theFirstOfARowAndItsCopiesIsCounted() {
        Coverage coverage =
                Coverage.of(
                        new double[] {0, 0, 0, 0},
                        new double[] {1, 1, 2, 3},
                        new double[] {1, 5, 0, 3.1},
                        new int[] {0, 0, 1, 2});

        assertThat(coverage).isEqualTo(new Coverage(2, 3, 2));
        assertThat(coverage.share()).isCloseTo(2 / 3.0, within(1e-15));
    }

    /**
     * Expected values are those of {@code scipy.stats.binomtest(covered, 97, 0.9,
     * alternative="less")}.
     */
    @ParameterizedTest
    @CsvSource({
        "83, 0.10308050427554301,  false",
        "81, 0.031155424080308455, true",
        "80, 0.01556157546254698,  true"
    })
    void theTestIsTheExactBinomialOne(int covered, double p, boolean below) {
        Coverage coverage = new Coverage(covered, 97, 1);

        assertThat(coverage.pBelow(0.9)).isCloseTo(p, within(1e-12));
        assertThat(coverage.isBelow(0.9)).isEqualTo(below);
    }
}
