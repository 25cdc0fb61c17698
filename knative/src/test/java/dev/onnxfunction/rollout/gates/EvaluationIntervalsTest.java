package dev.onnxfunction.rollout.gates;

import static dev.onnxfunction.rollout.gates.EvaluationCase.FILE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.INTERVALS_MAY_CHANGE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.LIVE;
import static dev.onnxfunction.rollout.gates.EvaluationCase.error;
import static dev.onnxfunction.rollout.gates.EvaluationCase.function;

import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/** The gates on prediction intervals. */
class EvaluationIntervalsTest {

    @AutoClose private final EvaluationRun run = new EvaluationRun();

    static Stream<EvaluationCase> cases() {
        FakeFunction same = function("2", i -> error(i));
        FakeFunction better = function("2", i -> error(i) / 2);
        return Stream.of(
                EvaluationCase.of(
                        "intervals that are too narrow",
                        LIVE.within(2, 0.9),
                        better.within(0.4, 0.9),
                        "interval",
                        "interval +100.0 %, width 4.000 +\\d\\d.\\d %, width 0.8000 +≥ 90 %"
                                + " +FAILED",
                        "shown to miss it more than 1.5 times as often as the level of 90 % on its"
                                + " card"),
                EvaluationCase.of(
                        "intervals that hold",
                        LIVE,
                        better.within(0.49, 0.9),
                        "",
                        "interval +\\d\\d.\\d %, width 0.9800 +≥ 90 % +passed",
                        "interval score +none +unknown: live has no intervals to compare with"),
                EvaluationCase.of(
                        "intervals like live's",
                        LIVE.within(2, 0.9),
                        same.within(2, 0.9),
                        "",
                        "interval score +4.000 +4.000, × 1.00.* +≤ × 1.05 +passed"),
                EvaluationCase.of(
                        "intervals that are slightly wider",
                        LIVE.within(2, 0.9),
                        same.within(2.05, 0.9),
                        "",
                        "interval score +4.000 +4.100, .* +≤ × 1.05 +passed"),
                EvaluationCase.of(
                        "intervals that contain everything",
                        LIVE.within(2, 0.9),
                        same.within(1e9, 0.9),
                        "interval score",
                        "interval score .* FAILED"),
                EvaluationCase.of(
                        "intervals that are points, at a level that promises nothing",
                        LIVE.within(1, 0.9),
                        same.within(1e-6, 0.01),
                        "interval",
                        "intervals of 1 %, and live's of 90 %, so its bounds would mean something"
                                + " else",
                        "at live's level of 90 %"),
                EvaluationCase.of(
                        "intervals of another level",
                        LIVE.within(2, 0.9),
                        same.within(2, 0.5),
                        "interval",
                        "interval +100.0 %, width 4.000 +100.0 %, width 4.000 +≥ 50 % +FAILED",
                        "or give --allow-interval-change"),
                new EvaluationCase(
                        "intervals of another level, where that is accepted",
                        FILE,
                        LIVE.within(2, 0.9),
                        same.within(2, 0.5),
                        INTERVALS_MAY_CHANGE,
                        "",
                        List.of("interval .* ≥ 50 % +passed")),
                EvaluationCase.of(
                        "intervals whose widths overflow",
                        LIVE.within(2, 0.9),
                        same.within(1e308, 0.9),
                        "interval score",
                        "interval score .* FAILED"),
                new EvaluationCase(
                        "intervals that may change",
                        FILE,
                        LIVE.within(2, 0.9),
                        same.within(100, 0.9),
                        INTERVALS_MAY_CHANGE,
                        "",
                        List.of("interval score .* unknown: worse, but allowed")),
                new EvaluationCase(
                        "intervals that may be missing",
                        FILE,
                        LIVE.within(2, 0.9),
                        better,
                        INTERVALS_MAY_CHANGE,
                        "",
                        List.of("interval +100.0 %, width 4.000 +none +unknown")),
                EvaluationCase.of(
                        "no intervals where live has some",
                        LIVE.within(2, 0.9),
                        better,
                        "interval",
                        "interval +100.0 %, width 4.000 +none +FAILED",
                        "or give --allow-interval-change"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFirstGateThatIsNotPassedStopsTheCandidate(EvaluationCase expected) throws Exception {
        run.check(expected);
    }
}
