package dev.onnxfunction.rollout.gates;

import static dev.onnxfunction.rollout.gates.EvaluationCase.CARD;
import static dev.onnxfunction.rollout.gates.EvaluationCase.FILE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Candidates whose predictions are far from those of a live model that explains little: it predicts
 * the mean of the true values, and a tenth of the difference to it.
 */
class ShiftGateTest {

    private static final String ROWS = FILE.replaceAll("(?m)^(\\d+),", "$1.25,");
    private static final double MEAN = 121;

    @AutoClose private final EvaluationRun run = new EvaluationRun();

    @BeforeEach
    void limitShift() {
        run.limitShift(0.75);
        run.serveLive(explaining("1", 0.1, 0.1));
    }

    /**
     * Explains this share of the difference to the mean.
     *
     * @param elsewhere the share for other rows than those of the file
     */
    private static FakeFunction explaining(String version, double share, double elsewhere) {
        return FakeFunction.of(
                        "m@" + version,
                        row -> MEAN + (isLabelled(row) ? share : elsewhere) * difference(row))
                .describedBy(CARD.formatted(version, "town", "string"));
    }

    private static boolean isLabelled(JsonNode row) {
        return Math.abs(row.path("x").asDouble() % 1 - 0.25) < 0.001;
    }

    /** The difference of the true value to the mean. */
    private static double difference(JsonNode row) {
        return 2 * (row.path("x").asDouble() - 0.25) - MEAN;
    }

    private String judge(FakeFunction candidate, boolean inconclusivePasses) throws Exception {
        run.serveCandidate(candidate);
        return run.ask(run.sequence(ROWS, limits(false, inconclusivePasses), null), true);
    }

    @Test
    void aBetterModelMayMoveAsFarAsLiveErrs() throws Exception {
        String said = judge(explaining("2", 0.95, 0.95), false);

        assertThat(run.stopping()).as(said).isEmpty();
        assertThat(said)
                .containsPattern("shift +8.500 sd +≤ 9.014 sd +passed: limit from both RMSE")
                .containsPattern("next rows .*≤ \\+ 0.25 +passed")
                .containsPattern("between rows .* sd +≤ 10.6\\d sd +passed");
    }

    @Test
    void oneThatIsNotShownToBeAsGoodMayNot() throws Exception {
        FakeFunction noisy =
                FakeFunction.of(
                                "m@2",
                                row ->
                                        MEAN
                                                + 0.1 * difference(row)
                                                + 25 * Math.cos(Math.pow(difference(row), 3)))
                        .describedBy(CARD.formatted("2", "town", "string"));

        String said = judge(noisy, true);

        assertThat(run.stopping()).as(said).isEqualTo("shift");
        assertThat(said)
                .containsPattern("RMSE .* inconclusive")
                .containsPattern("≤ 0.75 sd .*FAILED");
    }

    @Test
    void oneThatIsGoodForTheLabelledRowsOnlyIsRefusedNextToThem() throws Exception {
        String said = judge(explaining("2", 0.3, 0), false);

        assertThat(run.stopping()).as(said).isEqualTo("next rows");
        assertThat(said)
                .containsPattern("shift +2.000 sd .*passed: limit from both RMSE")
                .containsPattern("next rows +MSE × 0.60\\d+ → × 1.2\\d+ +≤ \\+ 0.25 +FAILED");
    }

    @Test
    void betweenTheRowsItMayMoveLittleFurtherThanOnThem() throws Exception {
        ShiftGate labelled = new ShiftGate(0.75, 2, 1, 3);

        assertThat(labelled.result().passed()).isTrue();
        assertThat(labelled.elsewhere()).isEqualTo(2.5);
        assertThat(new ShiftGate(0.75, 0.1, 1, 3).elsewhere()).isEqualTo(0.75);
        assertThat(new ShiftGate(0.75, 2, 1, 0).result().passed()).isFalse();
        assertThat(new ShiftGate(0.75, 2, 1, 0).elsewhere()).isEqualTo(0.75);
        assertThat(new ShiftGate(0, 1, 1, 3).result().passed()).isFalse();
        assertThat(new ShiftGate(0.75, 0, 0, 0).result().passed()).isTrue();
        assertThat(new ShiftGate(0.75, 1, 0, 0).result().passed()).isFalse();
    }
}
