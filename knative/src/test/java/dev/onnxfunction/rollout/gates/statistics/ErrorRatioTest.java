package dev.onnxfunction.rollout.gates.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorRatioTest {

    private static final double MOST = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @CsvSource({
        "1,    1,    1,    true,  false",
        "0.9,  0.8,  1.05, true,  false",
        "0.9,  0.8,  1.06, false, false",
        "1.04, 1.01, 1.06, false, false",
        "1.2,  0.99, 1.5,  false, false",
        "1.2,  1.01, 1.5,  false, true"
    })
    void itIsWithinTheLimitOrBeyondItOrNeither(
            double estimate, double lower, double upper, boolean within, boolean beyond) {
        ErrorRatio ratio = new ErrorRatio(estimate, lower, upper);

        assertThat(ratio.isWithin(1.05)).isEqualTo(within);
        assertThat(ratio.isBeyond(1.05)).isEqualTo(beyond);
    }

    @Test
    void fourTimesAsManyRowsHalveTheInterval() {
        // As a factor, the interval must shrink from 1.21 to 1.1, and from 1.44 to 1.2.
        assertThat(new ErrorRatio(1, 0.8, 1.21).rowsToDecide(1.1, 100)).hasValue(400);
        assertThat(new ErrorRatio(1.2, 1.2 / 1.44, 1.8).rowsToDecide(1.1, 100)).hasValue(400);
    }

    @Test
    void noNumberOfRowsDecidesAtTheLimitOrFromNoInterval() {
        assertThat(new ErrorRatio(1.05, 0.9, 1.2).rowsToDecide(1.05, 100)).isEmpty();
        assertThat(new ErrorRatio(0.95, 0.9, 1.2).rowsToDecide(0.9, 100)).isEmpty();
        assertThat(new ErrorRatio(0.5, 0.1, MOST).rowsToDecide(1.05, 100)).isEmpty();
        assertThat(new ErrorRatio(MOST, 0, MOST).rowsToDecide(1.05, 100)).isEmpty();
    }
}
