package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.State.Abort;
import dev.onnxfunction.rollout.engine.State.Promote;
import dev.onnxfunction.rollout.engine.State.Rollback;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The next step of a command such as abort or rollback. */
class DecisionCommandsTest extends DecisionTable {

    static Stream<Row> rows() {
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
}
