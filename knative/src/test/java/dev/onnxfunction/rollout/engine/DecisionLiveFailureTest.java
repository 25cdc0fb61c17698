package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.State.Abort;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Promote;
import dev.onnxfunction.rollout.engine.State.Running;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The next step when the live revision fails. */
class DecisionLiveFailureTest extends DecisionTable {

    static Stream<Row> rows() {
        LiveFailed failed = new LiveFailed(2, T.plusSeconds(9), "old failed.");
        LiveDown down = down(2);
        Traffic alone = new Traffic(List.of(new Target("new", 100, "candidate")));
        Present replaced = new Present(alone, true, "", liveFailing(), replacing(3));
        return Stream.of(
                row(
                        "live is not ready before traffic: test the candidate alone",
                        at(0),
                        observation(0, liveFailing()),
                        T,
                        "measure 0, live down"),
                row(
                        "live is not ready before traffic, and Knative routes nothing",
                        at(0),
                        new Present(traffic(0), false, "Not routed.", liveFailing(), at(0)),
                        T,
                        "wait 1 s, live down"),
                row(
                        "live is not ready at 50 %: no traffic is moved",
                        at(2),
                        observation(2, liveFailing()),
                        new Passed(2, T),
                        T.plusSeconds(1),
                        "wait 1 s, live down"),
                row(
                        "live does not answer at 50 %: no traffic is moved",
                        at(2),
                        observation(2, both()),
                        failed,
                        T.plusSeconds(9),
                        "wait 1 s, live down"),
                row(
                        "and again, after a while",
                        down,
                        observation(2, both()),
                        failed,
                        T.plusSeconds(14),
                        "measure 2, live down"),
                row(
                        "just before the deadline of live",
                        down,
                        observation(2, both()),
                        failedAt(68),
                        T.plusSeconds(68),
                        "wait 1 s, live down"),
                row(
                        "exactly at the deadline of live: the rollout stops where it is",
                        down,
                        observation(2, both()),
                        failedAt(69),
                        T.plusSeconds(69),
                        "stop LIVE_FAILED"),
                row(
                        "at the deadline, but the candidate was not tested recently",
                        down,
                        observation(2, both()),
                        failedAt(60),
                        T.plusSeconds(69),
                        "measure 2, live down"),
                row(
                        "live is to be replaced, but its deadline is not reached",
                        new LiveDown(replacing(2), T.plusSeconds(9), "old failed."),
                        present(traffic(2), replacing(2)),
                        failedAt(68),
                        T.plusSeconds(68),
                        "wait 1 s, live down"),
                row(
                        "live is replaced at its deadline",
                        new LiveDown(replacing(2), T.plusSeconds(9), "old failed."),
                        present(traffic(2), replacing(2)),
                        failedAt(69),
                        T.plusSeconds(69),
                        "write running 3: new 100 candidate"),
                row(
                        "live is replaced without a fresh verdict, because Knative routes nothing"
                                + " while it is a target",
                        new LiveDown(replacing(0), T, "old failed."),
                        new Present(traffic(0), false, "Not routed.", liveFailing(), replacing(0)),
                        T.plusSeconds(60),
                        "write running 3: new 100 candidate"),
                row(
                        "live was replaced: test the candidate alone",
                        replacing(3),
                        replaced,
                        failedAt(1),
                        T.plusSeconds(9),
                        "measure 3"),
                row(
                        "live was replaced: the last hold",
                        replacing(3),
                        replaced,
                        new LiveFailed(3, T.plusSeconds(9), "No address."),
                        T.plusSeconds(9),
                        "wait 1 s"),
                row(
                        "live was replaced: the last hold is over",
                        replacing(3),
                        replaced,
                        new LiveFailed(3, T.plusSeconds(60), "No address."),
                        T.plusSeconds(60),
                        "write won: new 100 live"),
                row(
                        "live was replaced, and the candidate fails",
                        replacing(3),
                        replaced,
                        new Failed(Outcome.FAILED, "Gate."),
                        T.plusSeconds(9),
                        "write failed: old 100 live, new 0 candidate"),
                row(
                        "somebody gave the candidate all traffic at 10 %",
                        at(1),
                        new Present(alone, true, "", both(), at(1)),
                        T,
                        "write overruled: as it is"),
                row(
                        "live is ready again: test it before the rollout continues",
                        down,
                        observation(2, both()),
                        new Passed(2, T),
                        T.plusSeconds(12),
                        "measure 2, live down"),
                row(
                        "live recovered: continue the hold",
                        down,
                        observation(2, both()),
                        new Passed(2, T.plusSeconds(12)),
                        T.plusSeconds(12),
                        "wait 1 s"),
                row(
                        "live recovered, and the hold is over",
                        down,
                        observation(2, both()),
                        new Passed(2, T.plusSeconds(60)),
                        T.plusSeconds(60),
                        "write running 3: old 0 live, new 100 candidate"),
                row(
                        "live fails, and then the candidate fails a gate",
                        down,
                        observation(2, liveFailing()),
                        new Failed(Outcome.FAILED, "Gate."),
                        T.plusSeconds(12),
                        "write failed: old 100 live, new 0 candidate"),
                row(
                        "both are not ready",
                        at(2),
                        observation(2, bothFailing()),
                        T,
                        "write failed: old 100 live"),
                row(
                        "live fails, and the candidate is undecided: wait",
                        down,
                        observation(2, with(new Revision("new", Readiness.PENDING, "Starts.", T))),
                        T.plusSeconds(200),
                        "wait 1 s, live down"),
                row(
                        "live fails, and the candidate is undecided for too long",
                        down,
                        observation(2, with(new Revision("new", Readiness.PENDING, "Starts.", T))),
                        T.plusSeconds(360),
                        "write failed: old 100 live"),
                row(
                        "Ctrl-C while live fails at 50 %: nothing goes back to it",
                        down,
                        observation(2, both()),
                        new Failed(Outcome.INTERRUPTED, "SIGINT."),
                        T.plusSeconds(12),
                        "stop INTERRUPTED"),
                row(
                        "Ctrl-C at 50 %, and live is not ready",
                        at(2),
                        observation(2, liveFailing()),
                        new Failed(Outcome.INTERRUPTED, "SIGINT."),
                        T,
                        "stop INTERRUPTED"),
                row(
                        "Ctrl-C while live fails before traffic",
                        down(0),
                        observation(0, both()),
                        new Failed(Outcome.INTERRUPTED, "SIGINT."),
                        T.plusSeconds(12),
                        "write interrupted: old 100 live, new 0 candidate"),
                row(
                        "no contact, and live is not ready when there is contact again",
                        returning(Outcome.DISCONNECTED),
                        observation(2, liveFailing()),
                        T,
                        "stop LIVE_FAILED"),
                row(
                        "live fails, and somebody promotes the candidate",
                        down,
                        present(traffic(3), over(Outcome.WON)),
                        T.plusSeconds(12),
                        "stop DONE"),
                row("live fails, and the Service is gone", down, new Absent(), T, "stop OVERRULED"),
                row(
                        "live fails, and another rollout took over",
                        down,
                        present(traffic(2), new Running(OTHERS, 2, T)),
                        T,
                        "stop OVERRULED"),
                row(
                        "promote while live fails",
                        new Promote(),
                        observation(2, liveFailing()),
                        T,
                        "write won: new 100 live"),
                row(
                        "abort while live is not ready",
                        new Abort(),
                        observation(2, liveFailing()),
                        T,
                        "stop REFUSED"),
                row(
                        "abort before traffic while live is not ready",
                        new Abort(),
                        observation(0, liveFailing()),
                        T,
                        "write aborted: old 100 live, new 0 candidate"),
                row(
                        "another one takes over while live is not ready",
                        new Deploy(PLANNED, true),
                        new Present(
                                othersTraffic(),
                                true,
                                "",
                                Map.of(
                                        "old",
                                        new Revision("old", Readiness.FAILED, "ExitCode1.", T),
                                        "other-new",
                                        ready("other-new")),
                                new Running(OTHERS, 2, T)),
                        T,
                        "stop REFUSED"),
                row(
                        "the same command with --replace-failed-live",
                        new Deploy(new Rollout("me", "new", null, REPLACING), false),
                        present(
                                traffic(2),
                                new Running(new Rollout("killed", "new", "old", PLAN), 2, T)),
                        T,
                        "write running 2 replacing: as it is"));
    }

    /** No step of the table moves traffic to a live revision that fails, unless both do. */
    @ParameterizedTest
    @MethodSource("rows")
    void aLiveRevisionThatFailsGetsNoMore(Row row) {
        if (row.observation().verdict() instanceof Failed failed
                && failed.outcome() == Outcome.FAILED) {
            return;
        }
        if (Decision.next(row.state(), row.observation(), row.now()) instanceof Step.Write write
                && write.change().traffic() != null
                && row.observation().service() instanceof Present present
                && present.ready().contains("new")) {
            assertThat(write.change().traffic().of("old"))
                    .isLessThanOrEqualTo(present.traffic().of("old"));
        }
    }
}
