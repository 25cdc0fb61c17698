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
     * Expected values are those of {@code scipy.stats.binomtest(covered, 97, 0.85,
     * alternative="less")}.
     */
    @ParameterizedTest
    @CsvSource({
        "81, 0.3818132162450583,   false",
        "76, 0.0503177935276184,   false",
        "75, 0.02878363276627614,  true",
        "74, 0.01565585561765027,  true"
    })
    void theTestIsTheExactBinomialOne(int covered, double p, boolean below) {
        Coverage coverage = new Coverage(covered, 97, 1);

        assertThat(coverage.pBelow(0.85)).isCloseTo(p, within(1e-12));
        assertThat(coverage.isBelow(0.9)).isEqualTo(below);
    }

    @Test
    void aLevelThatPromisesLittleIsMetByAnyIntervals() {
        assertThat(new Coverage(0, 97, 1).isBelow(0.3)).isFalse();
        assertThat(new Coverage(0, 97, 1).isBelow(0.5)).isTrue();
    }
}
