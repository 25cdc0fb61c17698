package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.Running;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The next step where others write to the Service, or another rollout has it. */
class DecisionOthersTest extends DecisionTable {

    static Stream<Row> rows() {
        Running theirs = new Running(OTHERS, 2, T);
        Running resumable = new Running(new Rollout("killed", "new", "old", PLAN), 2, T);
        return Stream.of(
                row(
                        "traffic is changed in the middle",
                        at(2),
                        present(new Traffic(List.of(new Target("old", 100, "live"))), at(2)),
                        T,
                        "write overruled: as it is"),
                row(
                        "a newer revision takes all traffic",
                        at(2),
                        present(new Traffic(List.of(new Target("third", 100, null))), at(2)),
                        T,
                        "write overruled: as it is"),
                row(
                        "another rollout took over",
                        at(2),
                        present(traffic(2), theirs),
                        T,
                        "stop OVERRULED"),
                row(
                        "somebody removed the annotations",
                        at(2),
                        present(traffic(2), null),
                        T,
                        "stop OVERRULED"),
                row("somebody deleted the Service", at(2), new Absent(), T, "stop OVERRULED"),
                row("somebody made it strange", at(2), ODD, T, "stop OVERRULED"),
                row("it is strange to begin with", DEPLOY, ODD, T, "stop REFUSED"),
                row(
                        "an unsupported Service, while returning",
                        new State.Returning(ROLLOUT, Outcome.FAILED, "It failed."),
                        ODD,
                        T,
                        "write failed: old 100 live, new 0 candidate"),
                row(
                        "an unsupported Service, and abort",
                        new State.Abort(),
                        ODD,
                        T,
                        "write aborted: old 100 live, new 0 candidate"),
                row(
                        "given traffic again after it failed",
                        over(Outcome.FAILED),
                        present(traffic(2), over(Outcome.FAILED)),
                        T.plusSeconds(9),
                        "write failed: old 100 live, new 0 candidate"),
                row(
                        "given traffic again after it failed, without annotations",
                        over(Outcome.FAILED),
                        present(traffic(2), null),
                        T.plusSeconds(9),
                        "write failed: old 100 live, new 0 candidate"),
                row(
                        "given traffic again after it failed, by another rollout",
                        over(Outcome.FAILED),
                        present(traffic(2), theirs),
                        T.plusSeconds(9),
                        "stop RETURNED"),
                row(
                        "given traffic again after it failed, in an unsupported Service",
                        over(Outcome.FAILED),
                        ODD,
                        T.plusSeconds(9),
                        "write failed: old 100 live, new 0 candidate"),
                row(
                        "won, and the Service is unsupported",
                        over(Outcome.WON),
                        ODD,
                        T,
                        "stop OVERRULED"),
                row(
                        "won, and somebody took some of its traffic away",
                        over(Outcome.WON),
                        present(traffic(2), over(Outcome.WON)),
                        T,
                        "stop OVERRULED"),
                row(
                        "won, and the next rollout gave another candidate traffic",
                        over(Outcome.WON),
                        present(traffic(2), theirs),
                        T,
                        "stop DONE"),
                row(
                        "its pod was killed, and it was aborted",
                        DEPLOY,
                        present(ALL_OLD, over(Outcome.ABORTED)),
                        T,
                        "stop RETURNED"),
                row(
                        "aborted from elsewhere",
                        at(2),
                        present(ALL_OLD, over(Outcome.ABORTED)),
                        T,
                        "stop RETURNED"),
                row(
                        "promoted from elsewhere",
                        at(2),
                        present(traffic(3), over(Outcome.WON)),
                        T,
                        "stop DONE"),
                row(
                        "another one is under way",
                        DEPLOY,
                        present(traffic(2), theirs),
                        T,
                        "stop REFUSED"),
                row(
                        "another one is under way, and --take-over",
                        new Deploy(PLANNED, true),
                        present(othersTraffic(), theirs),
                        T,
                        "write aborted: old 100 live"),
                row(
                        "the same one was killed: resume",
                        DEPLOY,
                        present(traffic(2), resumable),
                        T.plusSeconds(9),
                        "write running 2: as it is"),
                row(
                        "the first write succeeded, but its response was lost",
                        DEPLOY,
                        observation(0, both()),
                        T,
                        "measure 0"),
                row(
                        "its pod was killed while the candidate had traffic, which nobody watched",
                        DEPLOY,
                        observation(2, both()),
                        T.plusSeconds(600),
                        "write running 2: as it is"),
                row(
                        "and Ctrl-C came",
                        DEPLOY,
                        observation(0, both()),
                        new Failed(Outcome.INTERRUPTED, "SIGINT."),
                        T,
                        "write interrupted: old 100 live, new 0 candidate"),
                row(
                        "no single revision is live",
                        DEPLOY,
                        present(
                                new Traffic(
                                        List.of(
                                                new Target("old", 60, null),
                                                new Target("third", 40, null))),
                                null),
                        T,
                        "stop REFUSED"));
    }

    @Test
    void theNextPodOfAJobHoldsTheWholeShareAgain() {
        Instant now = T.plusSeconds(600);

        Step step = Decision.next(DEPLOY, seen(observation(2, both()), null), now);

        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.Write.class,
                        write -> {
                            assertThat(write.onSuccess()).isEqualTo(at(2).since(now));
                            assertThat(write.onFailure()).isEqualTo(DEPLOY);
                        });
    }
}
