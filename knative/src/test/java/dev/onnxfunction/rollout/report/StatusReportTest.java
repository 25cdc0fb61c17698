package dev.onnxfunction.rollout.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Rollout;
import dev.onnxfunction.rollout.engine.RolloutPlan;
import dev.onnxfunction.rollout.engine.State.Running;
import dev.onnxfunction.rollout.engine.Target;
import dev.onnxfunction.rollout.engine.Traffic;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class StatusReportTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    /** The deadline is five minutes, after the longest duration of the shadow. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 4, false",
        "0, 0, 6, true",
        "10, 0, 6, false",
        "10, 0, 14, false",
        "10, 0, 16, true",
        "0, 10, 14, false",
        "0, 10, 16, true"
    })
    void nobodyAttendsToARolloutThatIsLate(int shadow, int approval, int minutes, boolean late) {
        RolloutPlan plan =
                new RolloutPlan(
                        List.of(100),
                        Duration.ZERO,
                        Duration.ofMinutes(5),
                        Duration.ZERO,
                        false,
                        new RolloutPlan.Analysis(
                                Duration.ZERO,
                                0,
                                Duration.ZERO,
                                Duration.ofMinutes(shadow),
                                Duration.ofMinutes(approval)));
        Running running =
                new Running(new Rollout("id", "f-2", "f-1", plan), 0, START, approval > 0);
        Traffic traffic = new Traffic(List.of(new Target("f-1", 100, null)));
        Present present = new Present(traffic, true, "", Map.of(), running);

        assertThat(
                        StatusReport.lines(
                                        present,
                                        _ -> Optional.empty(),
                                        START.plus(Duration.ofMinutes(minutes)))
                                .getLast()
                                .contains("no process seems to drive"))
                .isEqualTo(late);
    }
}
