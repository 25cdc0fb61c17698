package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.State.Abort;
import dev.onnxfunction.rollout.engine.State.Approve;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.Promote;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.stream.Stream;

/** The next step of a rollout that waits for an approval. */
class DecisionApprovalTest extends DecisionTable {

    static Stream<Row> rows() {
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

    @Test
    void aWaitForAnApprovalSaysHowLong() {
        Instant now = T.plusSeconds(9);

        Step step = Decision.next(approving(true), seen(waiting(both()), null), now);

        assertThat(step)
                .extracting("why")
                .isEqualTo("waits for 'rollout approve' for another 60 min");
    }

    @Test
    void anApprovalSaysWhoWatchesTheCandidate() {
        Step step = Decision.next(new Approve(), seen(observation(1, both()), null), T);

        assertThat(step)
                .extracting("message")
                .asString()
                .startsWith("new needs no approval any more: it has 10 %.")
                .endsWith("nobody watches it: run the same command again to resume.");
    }
}
