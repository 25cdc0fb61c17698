package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.gates.GateResult.Status;

import org.junit.jupiter.api.Test;

import java.util.List;

class GateResultTest {

    private static final GateResult PASSED = result("shift", Status.PASSED, "");
    private static final GateResult UNKNOWN = GateResult.unknown("memory", "", "", "no limit");
    private static final GateResult INCONCLUSIVE =
            result("RMSE", Status.INCONCLUSIVE, "Evaluate on more rows.");
    private static final GateResult FAILED = result("interval", Status.FAILED, "It is worse.");
    private static final GateResult LATER = result("errors", Status.FAILED, "It does not answer.");

    private static GateResult result(String gate, Status status, String problem) {
        return new GateResult(gate, "", "", "", status, "", problem);
    }

    @Test
    void theFirstFailureIsTheReasonAlsoBehindAnInconclusiveResult() {
        assertThat(GateResult.verdict(List.of(PASSED, INCONCLUSIVE, FAILED, LATER)))
                .isEqualTo(new Failed("Gate 'interval': It is worse."));
    }

    @Test
    void anInconclusiveResultIsTheReasonIfNothingFailed() {
        assertThat(GateResult.verdict(List.of(PASSED, INCONCLUSIVE, UNKNOWN)))
                .isEqualTo(new Failed("Gate 'RMSE': Evaluate on more rows."));
    }

    @Test
    void whatPassesOrIsUnknownStopsNothing() {
        assertThat(GateResult.verdict(List.of(PASSED, UNKNOWN))).isNull();
    }
}
