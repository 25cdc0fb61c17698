package dev.onnxfunction.rollout.gates.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.IntStream;

class StatisticsTest {

    @Test
    void rmseIsTheRootOfTheMeanSquare() {
        assertThat(Statistics.rmse(new double[] {1, 2, 3}, new double[] {1, 4, 7}))
                .isCloseTo(Math.sqrt(20 / 3.0), within(1e-15));
    }

    @Test
    void theDeviationIsThatOfAPopulation() {
        assertThat(Statistics.deviation(new double[] {2, 4, 4, 4, 5, 5, 7, 9})).isEqualTo(2);
    }

    @Test
    void aConstantAtLivesMeanIsOneDeviationAway() {
        assertThat(Statistics.shift(new double[] {5, 5}, new double[] {2, 8})).isEqualTo(1);
        assertThat(Statistics.shift(new double[] {2, 2}, new double[] {2, 2})).isZero();
        assertThat(Statistics.shift(new double[] {2, 3}, new double[] {2, 2})).isInfinite();
    }

    @ParameterizedTest
    @CsvSource({"100, 99, 99", "100, 100, 100", "101, 99, 100", "200, 99, 198", "1, 99, 1"})
    void thePercentileIsTheNearestRank(int count, double percent, double expected) {
        double[] values =
                IntStream.rangeClosed(1, count).map(i -> count + 1 - i).asDoubleStream().toArray();

        assertThat(Statistics.percentile(values, percent)).isEqualTo(expected);
    }

    @Test
    void theRelativeErrorIsTheLargest() {
        assertThat(Statistics.relativeError(new double[] {1, 2.2, 0}, new double[] {1, 2, 0}))
                .isCloseTo(0.1, within(1e-12));
    }
}
