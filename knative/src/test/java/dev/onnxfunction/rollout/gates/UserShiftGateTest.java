package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.gates.GateResult.Status;
import dev.onnxfunction.rollout.gates.statistics.Predictions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserShiftGateTest {

    private static final UserShiftGate GATE = new UserShiftGate(0.75, 0, 0.01);

    /** Requests with one row each, whose predictions are 0, 1, 2 … */
    private static final Predictions PLAIN = of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

    private static Predictions of(double... tens) {
        Predictions sum = Predictions.NONE;
        for (int i = 0; i < 10; i++) {
            for (double p : tens) {
                double q = p * p;
                sum = sum.plus(new Predictions(1, p, q, q, p * q, q * q));
            }
        }
        return sum;
    }

    @Test
    void theSamePredictionsPass() {
        assertThat(GATE.result(PLAIN, PLAIN).passed()).isTrue();
    }

    @Test
    void whatIsAcceptedForLabelledRowsIsAcceptedForUsers() {
        Predictions moved = of(4, 5, 6, 7, 8, 9, 10, 11, 12, 13);

        assertThat(GATE.result(many(PLAIN), many(moved)).passed()).isFalse();
        GateResult result = new UserShiftGate(0.75, 4, 0.01).result(many(PLAIN), many(moved));
        assertThat(result.passed()).isTrue();
        assertThat(result.limit()).isEqualTo("≤ 1.741 sd"); // 1.25 · 4 / 2.872
        Predictions beyond = of(8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
        assertThat(new UserShiftGate(0.75, 4, 0.01).result(many(PLAIN), many(beyond)).passed())
                .isFalse();
    }

    /** A thousand times as many. */
    private static Predictions many(Predictions some) {
        Predictions sum = Predictions.NONE;
        for (int i = 0; i < 1000; i++) {
            sum = sum.plus(some);
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e78, -1e78, 1e155, 1e200, Double.MAX_VALUE})
    void onePredictionThatNobodyCanAddUpFails(double huge) {
        GateResult result = GATE.result(PLAIN, PLAIN.plus(of(huge)));

        assertThat(result.problem())
                .contains("At least one of its predictions for users is beyond ±1e77");
    }

    @Test
    void sumsThatAreNoLongerNumbersFail() {
        double nan = Double.NaN; // The difference of two infinite sums.

        assertThat(GATE.result(PLAIN, PLAIN.plus(new Predictions(1, 1, nan, 1, 1, nan))).passed())
                .isFalse();
    }

    @Test
    void theCandidateIsNotToBlameForThePredictionsOfLive() {
        GateResult result = GATE.result(PLAIN.plus(of(1e200)), PLAIN);

        assertThat(result.passed()).isTrue();
        assertThat(result.status()).isEqualTo(Status.UNKNOWN);
    }
}
