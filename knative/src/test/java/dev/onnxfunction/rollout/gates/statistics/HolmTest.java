package dev.onnxfunction.rollout.gates.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HolmTest {

    @Test
    void eachTestHasTheLevelThatIsLeftByThoseRejectedBefore() {
        // Limits: 0.0125, 0.01667, 0.025, 0.05.
        assertThat(Holm.rejected(new double[] {0.01, 0.04, 0.03, 0.005}, 0.05))
                .containsExactly(true, false, false, true);
        assertThat(Holm.rejected(new double[] {0.013, 0.02, 0.03, 0.06}, 0.05))
                .containsExactly(false, false, false, false);
        assertThat(Holm.rejected(new double[] {0.0125, 0.05, 0.0166, 0.025}, 0.05))
                .containsExactly(true, true, true, true);
        assertThat(Holm.rejected(new double[0], 0.05)).isEmpty();
    }
}
