package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.State.Over;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The next step for a candidate that failed. */
class DecisionReturnTest extends DecisionTable {

    static Stream<Row> rows() {
        Failed failed = new Failed(Outcome.FAILED, "Gate.");
        Failed interrupted = new Failed(Outcome.INTERRUPTED, "SIGINT.");
        String back = "write failed: old 100 live, new 0 candidate";
        return Stream.of(
                row("a gate fails before traffic", at(0), observation(0, both()), failed, T, back),
                row("a gate fails at 10 %", at(1), observation(1, both()), failed, T, back),
                row("a gate fails at 50 %", at(2), observation(2, both()), failed, T, back),
                row("a gate fails at 100 %", at(3), observation(3, both()), failed, T, back),
                row(
                        "Ctrl-C at 50 %",
                        at(2),
                        observation(2, both()),
                        interrupted,
                        T,
                        "write interrupted: old 100 live, new 0 candidate"),
                row(
                        "Ctrl-C before anything",
                        DEPLOY,
                        present(ALL_OLD, null),
                        interrupted,
                        T,
                        "stop INTERRUPTED"),
                row(
                        "never ready",
                        at(0),
                        observation(0, failedCandidate()),
                        T,
                        "write failed: old 100 live"),
                row(
                        "not ready just before the deadline",
                        at(0),
                        observation(0, pending()),
                        T.plusSeconds(299),
                        "wait 1 s"),
                row(
                        "not ready exactly at the deadline",
                        at(0),
                        observation(0, pending()),
                        T.plusSeconds(300),
                        "write failed: old 100 live"),
                row(
                        "not created exactly at the deadline",
                        at(0),
                        observation(0, Map.of("old", ready("old"))),
                        T.plusSeconds(300),
                        "write failed: old 100 live"),
                row(
                        "not routed within hold and deadline",
                        at(1),
                        unsettled(1),
                        T.plusSeconds(360),
                        back),
                row(
                        "reported not ready late",
                        at(2),
                        observation(2, failedCandidate()),
                        new Passed(2, T),
                        T,
                        "write failed: old 100 live"),
                row(
                        "undecided after the hold: neither advance nor return",
                        at(2),
                        observation(2, pending()),
                        new Passed(2, T),
                        T.plusSeconds(60),
                        "wait 1 s"),
                row(
                        "undecided for too long",
                        at(2),
                        observation(2, pending()),
                        new Passed(2, T),
                        T.plusSeconds(360),
                        "write failed: old 100 live"),
                row(
                        "too few requests for a verdict after the hold: wait for more",
                        at(2),
                        observation(2, both()),
                        new Undecided(2, T.plusSeconds(60), "9 of 10 requests"),
                        T.plusSeconds(60),
                        "wait 1 s"),
                row(
                        "not ready just before the deadline after an extended hold",
                        at(2),
                        observation(2, pending()),
                        new Undecided(2, T.plusSeconds(100), "9 of 10 requests"),
                        T.plusSeconds(399),
                        "wait 1 s"),
                row(
                        "not ready exactly at the deadline after an extended hold",
                        at(2),
                        observation(2, pending()),
                        new Undecided(2, T.plusSeconds(100), "9 of 10 requests"),
                        T.plusSeconds(400),
                        "write failed: old 100 live"),
                row(
                        "too few requests during the hold do not shorten it",
                        at(2),
                        observation(2, pending()),
                        new Undecided(2, T.plusSeconds(10), "9 of 10 requests"),
                        T.plusSeconds(359),
                        "wait 1 s"),
                row(
                        "an extended hold of the stage before does not count",
                        at(2),
                        observation(2, pending()),
                        new Undecided(1, T.plusSeconds(100), "9 of 10 requests"),
                        T.plusSeconds(360),
                        "write failed: old 100 live"),
                row(
                        "the candidate vanishes",
                        at(2),
                        observation(2, Map.of("old", ready("old"))),
                        T,
                        "write failed: old 100 live"),
                row(
                        "live vanishes",
                        at(2),
                        observation(2, Map.of("new", ready("new"))),
                        T,
                        "write overruled: as it is"),
                row(
                        "live vanishes and a gate fails",
                        at(2),
                        observation(2, Map.of("new", ready("new"))),
                        failed,
                        T,
                        "write overruled: as it is"),
                row("the first of all fails", first(), firstSeen(both()), failed, T, "delete"),
                row(
                        "the first revision fails, but somebody has created another one",
                        first(),
                        new Present(ALL_OLD, true, "", both(), first()),
                        failed,
                        T,
                        "write overruled: as it is"),
                row(
                        "a verdict from the future: run the gates again",
                        at(1),
                        observation(1, both()),
                        new Passed(1, T.plusSeconds(99)),
                        T.plusSeconds(60),
                        "measure 1"),
                row("and is deleted", over(Outcome.FAILED), new Absent(), T, "stop RETURNED"),
                row(
                        "the clock went back: restart the hold",
                        at(1),
                        observation(1, both()),
                        new Passed(1, T),
                        T.minusSeconds(3600),
                        "write running 1: as it is"),
                row(
                        "back, and routed",
                        over(Outcome.FAILED),
                        present(ALL_OLD, over(Outcome.FAILED)),
                        T,
                        "stop RETURNED"),
                row(
                        "back, and the clock went back, too",
                        over(Outcome.FAILED),
                        new Present(ALL_OLD, false, "Not yet.", both(), over(Outcome.FAILED)),
                        T.minusSeconds(9),
                        "wait 1 s"),
                row(
                        "the return was written, but the response was lost",
                        returning(Outcome.FAILED),
                        present(ALL_OLD, over(Outcome.FAILED)),
                        T,
                        "stop RETURNED"),
                row(
                        "the return was not written",
                        returning(Outcome.FAILED),
                        observation(2, both()),
                        T,
                        back),
                row(
                        "promoted while returning",
                        returning(Outcome.FAILED),
                        present(traffic(3), over(Outcome.WON)),
                        T,
                        back),
                row(
                        "returning, and somebody took the traffic away",
                        returning(Outcome.FAILED),
                        present(
                                new Traffic(
                                        List.of(
                                                new Target("third", 60, null),
                                                new Target("old", 40, null))),
                                at(2)),
                        T,
                        "write failed: as it is"),
                row(
                        "returning, and somebody gave it more traffic",
                        returning(Outcome.FAILED),
                        present(new Traffic(List.of(new Target("new", 100, null))), at(2)),
                        T,
                        back),
                row(
                        "returning, and somebody removed the annotations",
                        returning(Outcome.FAILED),
                        present(traffic(2), null),
                        T,
                        back));
    }

    /** No step of the table writes traffic for a candidate that failed. */
    @ParameterizedTest
    @MethodSource("rows")
    void aCandidateThatFailedGetsNothing(Row row) {
        if (Decision.next(row.state(), row.observation(), row.now()) instanceof Step.Write write
                && write.change().traffic() != null) {
            assertThat(write.change().traffic().of("new")).isZero();
        }
    }

    @Test
    void theReasonOfAReturnSaysWhereTheTrafficIs() {
        Failed failed = new Failed(Outcome.FAILED, "Gate.");

        Step step = Decision.next(at(1), seen(observation(1, both()), failed), T);

        assertThat(step).isInstanceOf(Step.Write.class);
        assertThat(((Over) ((Step.Write) step).change().recorded()).reason())
                .endsWith("Gate. All traffic is on old; new is kept at 0 %.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExitCode1", "ExitCode1."})
    void theReasonOfAReturnNamesWhatIsNotReady(String problem) {
        Map<String, Revision> revisions = new HashMap<>(bothFailing());
        revisions.put("new", new Revision("new", Readiness.FAILED, problem, T));

        Step step = Decision.next(at(1), seen(observation(1, revisions), null), T);

        assertThat(step).isInstanceOf(Step.Write.class);
        assertThat(((Over) ((Step.Write) step).change().recorded()).reason())
                .isEqualTo(
                        "new failed. It is not ready: ExitCode1. All traffic is on old; new is kept"
                                + " at 0 %. But old is not ready: ExitCode1.");
    }
}
