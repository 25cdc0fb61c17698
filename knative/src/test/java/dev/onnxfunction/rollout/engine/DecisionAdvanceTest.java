package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Running;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The next step while a rollout goes on, by stage and time. */
class DecisionAdvanceTest extends DecisionTable {

    static Stream<Row> rows() {
        Passed passed = new Passed(0, T);
        return Stream.of(
                row(
                        "no Service: create it",
                        DEPLOY,
                        new Absent(),
                        T,
                        "write running 0 with template: new 100 candidate"),
                row(
                        "a Service: the candidate gets nothing yet",
                        DEPLOY,
                        present(ALL_OLD, null),
                        T,
                        "write running 0 with template: old 100 live, new 0 candidate"),
                row(
                        "not created yet",
                        at(0),
                        observation(0, Map.of("old", ready("old"))),
                        T.plusSeconds(1),
                        "wait 1 s"),
                row(
                        "not ready yet",
                        at(0),
                        observation(0, pending()),
                        T.plusSeconds(1),
                        "wait 1 s"),
                row("ready, but not routed yet", at(0), unsettled(0), T.plusSeconds(1), "wait 1 s"),
                row(
                        "ready: the gates",
                        at(0),
                        observation(0, both()),
                        T.plusSeconds(1),
                        "measure 0"),
                row(
                        "passed: the first share",
                        at(0),
                        observation(0, both()),
                        passed,
                        T,
                        "write running 1: old 90 live, new 10 candidate"),
                row(
                        "passed before this stage: run the gates again",
                        at(1),
                        observation(1, both()),
                        passed,
                        T,
                        "measure 1"),
                row(
                        "too soon",
                        at(1),
                        observation(1, both()),
                        new Passed(1, T.plusSeconds(58)),
                        T.plusSeconds(59),
                        "wait 1 s"),
                row(
                        "much too soon",
                        at(1),
                        observation(1, both()),
                        new Passed(1, T.plusSeconds(9)),
                        T.plusSeconds(10),
                        "wait 1 s"),
                row(
                        "exactly now",
                        at(1),
                        observation(1, both()),
                        new Passed(1, T.plusSeconds(60)),
                        T.plusSeconds(60),
                        "write running 2: old 50 live, new 50 candidate"),
                row(
                        "the hold ended after the verdict: run the gates again",
                        at(1),
                        observation(1, both()),
                        new Passed(1, T.plusSeconds(59)),
                        T.plusSeconds(60),
                        "measure 1"),
                row(
                        "late",
                        at(2),
                        observation(2, both()),
                        new Passed(2, T.plusSeconds(99)),
                        T.plusSeconds(100),
                        "write running 3: old 0 live, new 100 candidate"),
                row(
                        "an old verdict: run the gates again",
                        at(1),
                        observation(1, both()),
                        new Passed(1, T.plusSeconds(50)),
                        T.plusSeconds(60),
                        "measure 1"),
                row(
                        "the last hold is over",
                        at(3),
                        observation(3, both()),
                        new Passed(3, T.plusSeconds(60)),
                        T.plusSeconds(60),
                        "write won: new 100 live, old 0 previous"),
                row(
                        "won and routed",
                        over(Outcome.WON),
                        present(traffic(3), over(Outcome.WON)),
                        T,
                        "stop DONE"),
                row(
                        "won, but not routed yet",
                        over(Outcome.WON),
                        unsettled(over(Outcome.WON)),
                        T.plusSeconds(299),
                        "wait 1 s"),
                row(
                        "won and never routed",
                        over(Outcome.WON),
                        unsettled(over(Outcome.WON)),
                        T.plusSeconds(300),
                        "stop LOST"),
                row(
                        "the first revision, passed",
                        first(),
                        firstSeen(both()),
                        new Passed(0, T),
                        T,
                        "write won: new 100 live"),
                row(
                        "nothing new",
                        new Deploy(new Rollout("me", "old", null, PLAN), false),
                        present(ALL_OLD, null),
                        T,
                        "stop DONE"),
                row(
                        "tags of others stay",
                        DEPLOY,
                        present(
                                new Traffic(
                                        List.of(
                                                new Target("old", 100, null),
                                                new Target("old", 0, "theirs"),
                                                new Target("gone", 0, "lost"))),
                                null),
                        T,
                        "write running 0 with template: old 100 live, new 0 candidate, old 0"
                                + " theirs"));
    }

    /** Only the end of the last stage is the bake. */
    @ParameterizedTest
    @CsvSource({
        "1, 9, hold for another 51 s",
        "1, 50, hold for another 10 s",
        "3, 59, hold for another 61 s",
        "3, 60, bake for another 60 s",
        "3, 119, bake for another 1 s"
    })
    void aWaitSaysForWhat(int stage, int second, String why) {
        RolloutPlan.Analysis bake =
                new RolloutPlan.Analysis(Duration.ofSeconds(60), 0, Duration.ZERO);
        RolloutPlan plan =
                new RolloutPlan(
                        PLAN.percents(), PLAN.hold(), PLAN.deadline(), PLAN.hold(), false, bake);
        Running running = new Running(new Rollout("me", "new", "old", plan), stage, T);
        Present present = new Present(traffic(stage), true, "", both(), running);
        Instant now = T.plusSeconds(second);

        Step step = Decision.next(running, seen(present, new Passed(stage, now)), now);

        assertThat(step).isInstanceOf(Step.Wait.class).extracting("why").isEqualTo(why);
    }

    @Test
    void anEndIsNotLaterThanNow() {
        Instant early = T.minusSeconds(9);

        Step step =
                Decision.next(over(Outcome.WON), seen(unsettled(over(Outcome.WON)), null), early);

        assertThat(step).isInstanceOf(Step.Wait.class);
        assertThat(((Over) ((Step.Wait) step).state()).at()).isEqualTo(early);
    }
}
