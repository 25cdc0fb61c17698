package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.ApiFailure;
import dev.onnxfunction.rollout.engine.Observation.Failed;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.Observation.Unreachable;
import dev.onnxfunction.rollout.engine.Observation.Untested;

import org.junit.jupiter.api.Test;

import java.util.stream.Stream;

/** The next step when the API server or the gates cannot be reached. */
class DecisionApiFailureTest extends DecisionTable {

    static Stream<Row> rows() {
        return Stream.of(untested(), apiFailure()).flatMap(rows -> rows);
    }

    private static Stream<Row> untested() {
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

    private static Stream<Row> apiFailure() {
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

    @Test
    void aWaitForTheApiServerSaysWhatFailed() {
        ApiFailure failure = new ApiFailure(T.minusSeconds(10), false, "503.");

        assertThat(Decision.next(at(1), new Observation(new Unreachable(), null, failure), T))
                .extracting("why")
                .isEqualTo(
                        "503. The call is repeated for another 20 s, then all traffic goes back to"
                                + " live.");
        assertThat(
                        Decision.next(
                                returning(Outcome.FAILED),
                                new Observation(new Unreachable(), null, failure),
                                T))
                .extracting("why")
                .isEqualTo(
                        "503. The call is repeated for another 320 s, then the command ends"
                                + " with exit code 6.");
        assertThat(Decision.next(at(1), new Observation(new Unreachable(), null, null), T))
                .extracting("why")
                .isEqualTo("the API server");
    }
}
