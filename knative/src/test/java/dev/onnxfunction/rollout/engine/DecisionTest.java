package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.ApiFailure;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.ObservedService;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Undecided;
import dev.onnxfunction.rollout.engine.Observation.Unreachable;
import dev.onnxfunction.rollout.engine.Observation.Unsupported;
import dev.onnxfunction.rollout.engine.Observation.Untested;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.State.Abort;
import dev.onnxfunction.rollout.engine.State.Approve;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Promote;
import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Rollback;
import dev.onnxfunction.rollout.engine.State.Running;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The decision as a table: the next step by state, observation and time. */
class DecisionTest {

    private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");
    private static final RolloutPlan PLAN =
            new RolloutPlan(List.of(10, 50, 100), Duration.ofSeconds(60), Duration.ofSeconds(300));
    private static final RolloutPlan REPLACING =
            new RolloutPlan(
                    List.of(10, 50, 100),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(60),
                    true);
    private static final Rollout PLANNED = new Rollout("me", "new", null, PLAN);
    private static final Rollout ROLLOUT = new Rollout("me", "new", "old", PLAN);
    private static final Rollout OTHERS = new Rollout("other", "other-new", "old", PLAN);
    private static final Deploy DEPLOY = new Deploy(PLANNED, false);
    private static final Unsupported ODD =
            new Unsupported("Odd.", Map.of("old", ready("old"), "new", ready("new")), at(2));
    private static final Traffic ALL_OLD = new Traffic(List.of(new Target("old", 100, "live")));

    /**
     * A row of the table.
     *
     * @param then the step as text, by {@link #say}
     */
    record Row(String name, State state, Observation observation, Instant now, String then) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> advancing() {
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
                        new Passed(1, T.plusSeconds(58)),
                        T.plusSeconds(60),
                        "write running 2: old 50 live, new 50 candidate"),
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

    static Stream<Row> approval() {
        Present waiting = waiting(both());
        return Stream.of(
                row(
                        "passed: wait for an approval",
                        approving(false),
                        new Present(traffic(0), true, "", both(), approving(false)),
                        new Passed(0, T),
                        T,
                        "write running 0 waiting: as it is"),
                row("not approved yet", approving(true), waiting, T.plusSeconds(9), "wait 5 s"),
                row("just in time", approving(true), waiting, T.plusSeconds(3599), "wait 1 s"),
                row(
                        "nobody approved",
                        approving(true),
                        waiting,
                        T.plusSeconds(3600),
                        "write failed: old 100 live, new 0 candidate"),
                row(
                        "approved by another command",
                        approving(true),
                        new Present(traffic(1), true, "", both(), approved()),
                        T.plusSeconds(9),
                        "measure 1"),
                row(
                        "not ready for a while, long after the wait for an approval began",
                        approving(true),
                        waiting(pending()),
                        T.plusSeconds(3000),
                        "wait 1 s"),
                row(
                        "failed while it waited for an approval",
                        approving(true),
                        waiting(failedCandidate()),
                        T.plusSeconds(9),
                        "write failed: old 100 live"),
                row(
                        "the clock goes back while it waits for an approval",
                        approving(true),
                        waiting,
                        T.minusSeconds(9),
                        "write running 0 waiting: as it is"),
                row(
                        "its pod was killed while it waited",
                        DEPLOY,
                        waiting,
                        T.plusSeconds(9),
                        "wait 5 s"),
                row(
                        "its command was killed while it waited: run the gates again",
                        new Deploy(new Rollout("another", "new", null, PLAN), false),
                        waiting,
                        T.plusSeconds(9),
                        "write running 0: as it is"),
                row(
                        "approve",
                        new Approve(),
                        waiting,
                        T.plusSeconds(9),
                        "write running 1: old 90 live, new 10 candidate"),
                row(
                        "approve what has not passed",
                        new Approve(),
                        observation(0, both()),
                        T,
                        "stop REFUSED"),
                row("approve again", new Approve(), observation(1, both()), T, "stop DONE"),
                row(
                        "approve what is not ready",
                        new Approve(),
                        waiting(failedCandidate()),
                        T,
                        "stop REFUSED"),
                row(
                        "approve what failed",
                        new Approve(),
                        present(ALL_OLD, over(Outcome.FAILED)),
                        T,
                        "stop REFUSED"),
                row("approve nothing", new Approve(), new Absent(), T, "stop REFUSED"),
                row(
                        "promote what waits",
                        new Promote(),
                        waiting,
                        T,
                        "write won: new 100 live, old 0 previous"),
                row(
                        "abort what waits",
                        new Abort(),
                        waiting,
                        T,
                        "write aborted: old 100 live, new 0 candidate"));
    }

    static Stream<Row> returning() {
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

    static Stream<Row> others() {
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

    static Stream<Row> commands() {
        Traffic rolledOut =
                new Traffic(
                        List.of(new Target("new", 100, "live"), new Target("old", 0, "previous")));
        return Stream.of(
                row(
                        "promote at 10 %",
                        new Promote(),
                        observation(1, both()),
                        T,
                        "write won: new 100 live, old 0 previous"),
                row(
                        "promote before the gates",
                        new Promote(),
                        observation(0, both()),
                        T,
                        "stop REFUSED"),
                row(
                        "promote what is not ready",
                        new Promote(),
                        observation(1, failedCandidate()),
                        T,
                        "stop REFUSED"),
                row(
                        "promote what failed",
                        new Promote(),
                        present(ALL_OLD, over(Outcome.FAILED)),
                        T,
                        "stop REFUSED"),
                row(
                        "promote what has won",
                        new Promote(),
                        present(rolledOut, over(Outcome.WON)),
                        T,
                        "stop DONE"),
                row(
                        "abort at 50 %",
                        new Abort(),
                        observation(2, both()),
                        T,
                        "write aborted: old 100 live, new 0 candidate"),
                row("abort the first of all", new Abort(), firstSeen(both()), T, "delete"),
                row(
                        "abort nothing",
                        new Abort(),
                        present(ALL_OLD, over(Outcome.FAILED)),
                        T,
                        "stop DONE"),
                row(
                        "roll back",
                        new Rollback("id"),
                        present(rolledOut, over(Outcome.WON)),
                        T,
                        "write rolled_back: old 100 live, new 0 previous"),
                row(
                        "roll back, but the response was lost",
                        new Rollback("me"),
                        present(rolledOut, over(Outcome.ROLLED_BACK)),
                        T,
                        "stop DONE"),
                row(
                        "roll back in the middle",
                        new Rollback("id"),
                        observation(2, both()),
                        T,
                        "stop REFUSED"),
                row(
                        "roll back to nothing",
                        new Rollback("id"),
                        present(ALL_OLD, null),
                        T,
                        "stop REFUSED"),
                row(
                        "roll back to what is gone",
                        new Rollback("id"),
                        present(
                                new Traffic(
                                        List.of(
                                                new Target("new", 100, "live"),
                                                new Target("gone", 0, "previous"))),
                                null),
                        T,
                        "stop REFUSED"),
                row("no Service to abort", new Abort(), new Absent(), T, "stop REFUSED"));
    }

    static Stream<Row> liveFails() {
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

    static Stream<Row> untested() {
        Untested untested = new Untested("No key.");
        return Stream.of(
                row(
                        "no key before traffic: wait for one",
                        at(0),
                        observation(0, both()),
                        untested,
                        T,
                        "stop REFUSED"),
                row(
                        "no key for the first revision: keep it",
                        first(),
                        firstSeen(both()),
                        untested,
                        T,
                        "stop REFUSED"),
                row(
                        "no key any more at 50 %",
                        at(2),
                        observation(2, both()),
                        untested,
                        T,
                        "write disconnected: old 100 live, new 0 candidate"),
                row(
                        "not tested, because the candidate is gone",
                        at(2),
                        observation(2, failedCandidate()),
                        untested,
                        T,
                        "write failed: old 100 live"),
                row(
                        "not tested, because both are gone",
                        at(2),
                        observation(2, bothFailing()),
                        untested,
                        T,
                        "write failed: old 100 live"));
    }

    static Stream<Row> apiFailure() {
        ApiFailure short29 = new ApiFailure(T.minusSeconds(29), false, "503.");
        ApiFailure long30 = new ApiFailure(T.minusSeconds(30), false, "503.");
        ApiFailure long330 = new ApiFailure(T.minusSeconds(330), false, "503.");
        ApiFailure forbidden = new ApiFailure(T, true, "403.");
        ApiFailure forbidden330 = new ApiFailure(T.minusSeconds(330), true, "403.");
        Failed failed = new Failed(Outcome.FAILED, "Gate.");
        return Stream.of(
                new Row(
                        "live fails, and no contact for 30 s: nothing to write",
                        down(2),
                        new Observation(new Unreachable(), null, long30),
                        T,
                        "wait 1 s, live down"),
                new Row(
                        "live fails, and no contact for 330 s",
                        down(2),
                        new Observation(new Unreachable(), null, long330),
                        T,
                        "stop LOST"),
                new Row(
                        "live fails, no contact, and Ctrl-C",
                        down(2),
                        new Observation(
                                new Unreachable(),
                                new Failed(Outcome.INTERRUPTED, "SIGINT."),
                                short29),
                        T,
                        "stop INTERRUPTED"),
                new Row(
                        "no contact before anything, and Ctrl-C",
                        DEPLOY,
                        new Observation(
                                new Unreachable(),
                                new Failed(Outcome.INTERRUPTED, "SIGINT."),
                                short29),
                        T,
                        "stop INTERRUPTED"),
                new Row(
                        "no contact for 29 s",
                        at(1),
                        new Observation(new Unreachable(), null, short29),
                        T,
                        "wait 1 s"),
                new Row(
                        "no contact for 30 s: return",
                        at(1),
                        new Observation(new Unreachable(), null, long30),
                        T,
                        "wait 1 s, failing"),
                new Row(
                        "returning without contact",
                        returning(Outcome.FAILED),
                        new Observation(new Unreachable(), null, long30),
                        T,
                        "wait 1 s, failing"),
                new Row(
                        "returning without contact for 330 s",
                        returning(Outcome.FAILED),
                        new Observation(new Unreachable(), null, long330),
                        T,
                        "stop LOST"),
                new Row(
                        "returning with contact again",
                        returning(Outcome.FAILED),
                        new Observation(observation(1, both()), null, null),
                        T,
                        "write failed: old 100 live, new 0 candidate"),
                new Row(
                        "returning, and forbidden just now: repeat it",
                        returning(Outcome.FAILED),
                        new Observation(observation(1, both()), null, forbidden),
                        T,
                        "write failed: old 100 live, new 0 candidate"),
                new Row(
                        "returning, and forbidden for 330 s",
                        returning(Outcome.FAILED),
                        new Observation(observation(1, both()), null, forbidden330),
                        T,
                        "stop LOST"),
                new Row(
                        "a gate fails without contact",
                        at(1),
                        new Observation(new Unreachable(), failed, short29),
                        T,
                        "wait 1 s"),
                new Row(
                        "never any contact",
                        DEPLOY,
                        new Observation(new Unreachable(), null, long30),
                        T,
                        "stop LOST"),
                new Row(
                        "forbidden",
                        DEPLOY,
                        new Observation(new Unreachable(), null, forbidden),
                        T,
                        "stop REFUSED"),
                new Row(
                        "forbidden just now, in the middle",
                        at(1),
                        new Observation(new Unreachable(), null, forbidden),
                        T,
                        "wait 1 s"),
                new Row(
                        "forbidden for 330 s, in the middle",
                        at(1),
                        new Observation(observation(1, both()), null, forbidden330),
                        T,
                        "wait 1 s, failing"),
                new Row(
                        "a write failed just now: repeat it",
                        at(0),
                        new Observation(observation(0, both()), new Passed(0, T), short29),
                        T,
                        "write running 1: old 90 live, new 10 candidate"));
    }

    @ParameterizedTest
    @MethodSource({
        "advancing",
        "approval",
        "returning",
        "others",
        "commands",
        "liveFails",
        "untested",
        "apiFailure"
    })
    void theNextStep(Row row) {
        assertThat(say(Decision.next(row.state, row.observation, row.now))).isEqualTo(row.then);
    }

    /** No step of the table moves traffic to a live revision that fails, unless both do. */
    @ParameterizedTest
    @MethodSource("liveFails")
    void aLiveRevisionThatFailsGetsNoMore(Row row) {
        if (row.observation.verdict() instanceof Failed failed
                && failed.outcome() == Outcome.FAILED) {
            return;
        }
        if (Decision.next(row.state, row.observation, row.now) instanceof Step.Write write
                && write.change().traffic() != null
                && row.observation.service() instanceof Present present
                && present.ready().contains("new")) {
            assertThat(write.change().traffic().of("old"))
                    .isLessThanOrEqualTo(present.traffic().of("old"));
        }
    }

    /** No step of the table writes traffic for a candidate that failed. */
    @ParameterizedTest
    @MethodSource("returning")
    void aCandidateThatFailedGetsNothing(Row row) {
        if (Decision.next(row.state, row.observation, row.now) instanceof Step.Write write
                && write.change().traffic() != null) {
            assertThat(write.change().traffic().of("new")).isZero();
        }
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
    void aWaitForAnApprovalSaysHowLong() {
        Instant now = T.plusSeconds(9);

        Step step = Decision.next(approving(true), seen(waiting(both()), null), now);

        assertThat(step)
                .extracting("why")
                .isEqualTo("waits for 'rollout approve' for another 60 min");
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

    @Test
    void aRefusedAbortSaysWhatLiveLacks() {
        assertThat(abort(liveFailing())).startsWith("old is not ready: ExitCode1. All traffic ");
        assertThat(abort(Map.of("new", ready("new"))))
                .startsWith("old is not ready: It is gone. All traffic ");
    }

    private static String abort(Map<String, Revision> revisions) {
        Step step = Decision.next(new Abort(), seen(observation(2, revisions), null), T);

        assertThat(step).isInstanceOf(Step.Stop.class);
        return ((Step.Stop) step).message();
    }

    @Test
    void aWaitForTheApiServerSaysWhatFailed() {
        ApiFailure failure = new ApiFailure(T, false, "503.");

        assertThat(Decision.next(at(1), new Observation(new Unreachable(), null, failure), T))
                .extracting("why")
                .isEqualTo("503.");
        assertThat(Decision.next(at(1), new Observation(new Unreachable(), null, null), T))
                .extracting("why")
                .isEqualTo("the API server");
    }

    @Test
    void anEndIsNotLaterThanNow() {
        Instant early = T.minusSeconds(9);

        Step step =
                Decision.next(over(Outcome.WON), seen(unsettled(over(Outcome.WON)), null), early);

        assertThat(step).isInstanceOf(Step.Wait.class);
        assertThat(((Over) ((Step.Wait) step).state()).at()).isEqualTo(early);
    }

    private static Observation seen(Present present, @Nullable Verdict verdict) {
        return new Observation(present, verdict, null);
    }

    private static Row row(
            String name, State state, ObservedService service, Instant now, String then) {
        return new Row(name, state, new Observation(service, null, null), now, then);
    }

    private static Row row(
            String name,
            State state,
            ObservedService service,
            Verdict verdict,
            Instant now,
            String then) {
        return new Row(name, state, new Observation(service, verdict, null), now, then);
    }

    private static Running at(int stage) {
        return new Running(ROLLOUT, stage, T);
    }

    private static Running replacing(int stage) {
        return new Running(new Rollout("me", "new", "old", REPLACING), stage, T);
    }

    private static LiveDown down(int stage) {
        return new LiveDown(at(stage), T.plusSeconds(9), "old failed.");
    }

    private static LiveFailed failedAt(int second) {
        return new LiveFailed(2, T.plusSeconds(second), "old failed.");
    }

    private static Map<String, Revision> liveFailing() {
        return Map.of(
                "old", new Revision("old", Readiness.FAILED, "ExitCode1.", T), "new", ready("new"));
    }

    private static Map<String, Revision> bothFailing() {
        return Map.of(
                "old",
                new Revision("old", Readiness.FAILED, "ExitCode1.", T),
                "new",
                new Revision("new", Readiness.FAILED, "ExitCode1.", T));
    }

    private static Running approving(boolean waits) {
        RolloutPlan.Analysis analysis =
                new RolloutPlan.Analysis(
                        Duration.ZERO, 0, Duration.ZERO, Duration.ZERO, Duration.ofHours(1));
        RolloutPlan plan =
                new RolloutPlan(
                        PLAN.percents(),
                        PLAN.hold(),
                        PLAN.deadline(),
                        PLAN.liveDeadline(),
                        false,
                        analysis);
        return new Running(new Rollout("me", "new", "old", plan), 0, T, waits);
    }

    private static Running approved() {
        return new Running(approving(true).rollout(), 1, T.plusSeconds(5));
    }

    private static Present waiting(Map<String, Revision> revisions) {
        return new Present(traffic(0), true, "", revisions, approving(true));
    }

    private static Running first() {
        return new Running(PLANNED, 0, T);
    }

    private static Over over(Outcome outcome) {
        return new Over(ROLLOUT, outcome, "Because.", T);
    }

    private static Returning returning(Outcome outcome) {
        return new Returning(ROLLOUT, outcome, "Because.");
    }

    private static Traffic traffic(int stage) {
        int percent = PLAN.percent(stage);
        return new Traffic(
                List.of(
                        new Target("old", 100 - percent, "live"),
                        new Target("new", percent, "candidate")));
    }

    private static Traffic othersTraffic() {
        return new Traffic(
                List.of(new Target("old", 50, "live"), new Target("other-new", 50, "candidate")));
    }

    private static Present present(Traffic traffic, @Nullable Recorded recorded) {
        return new Present(traffic, true, "", both(), recorded);
    }

    private static Present observation(int stage, Map<String, Revision> revisions) {
        return new Present(traffic(stage), true, "", revisions, at(stage));
    }

    private static Present firstSeen(Map<String, Revision> revisions) {
        Traffic all = new Traffic(List.of(new Target("new", 100, "candidate")));
        return new Present(all, true, "", revisions, first());
    }

    private static Present unsettled(int stage) {
        return new Present(traffic(stage), false, "Not routed.", both(), at(stage));
    }

    private static Present unsettled(Over over) {
        return new Present(traffic(3), false, "Not routed.", both(), over);
    }

    private static Map<String, Revision> both() {
        return Map.of("old", ready("old"), "new", ready("new"));
    }

    private static Map<String, Revision> pending() {
        return with(new Revision("new", Readiness.PENDING, "Starts.", T));
    }

    private static Map<String, Revision> failedCandidate() {
        return with(new Revision("new", Readiness.FAILED, "ExitCode1.", T));
    }

    private static Map<String, Revision> with(Revision candidate) {
        Map<String, Revision> revisions = new HashMap<>(both());
        revisions.put("new", candidate);
        return revisions;
    }

    private static Revision ready(String name) {
        return new Revision(name, Readiness.READY, "", T);
    }

    private static String say(Step step) {
        return switch (step) {
            case Step.Stop stop -> "stop " + stop.exit();
            case Step.RunGates runGates ->
                    "measure " + runGates.running().stage() + say(runGates.state());
            case Step.Wait wait -> "wait " + DurationText.of(wait.time()) + say(wait.state());
            case Step.Delete _ -> "delete";
            case Step.Write write -> "write " + say(write.change());
        };
    }

    private static String say(State remembered) {
        return switch (remembered) {
            case Returning _ -> ", failing";
            case LiveDown _ -> ", live down";
            default -> "";
        };
    }

    private static String say(Step.Change change) {
        String state =
                switch (change.recorded()) {
                    case Running running ->
                            "running "
                                    + running.stage()
                                    + (running.awaitsApproval() ? " waiting" : "")
                                    + (change.traffic() == null
                                                    && running.rollout().plan().replacesFailedLive()
                                            ? " replacing"
                                            : "");
                    case Over over -> over.outcome().name().toLowerCase(java.util.Locale.ROOT);
                };
        return state
                + (change.template() ? " with template" : "")
                + ": "
                + (change.traffic() == null ? "as it is" : say(change.traffic()));
    }

    private static String say(Traffic traffic) {
        StringBuilder text = new StringBuilder();
        for (Target target : traffic.targets()) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(target.revision())
                    .append(' ')
                    .append(target.percent())
                    .append(target.tag() == null ? "" : " " + target.tag());
        }
        return text.toString();
    }
}
