package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.rollout.engine.Observation.LiveFailed;
import dev.onnxfunction.rollout.engine.Observation.ObservedService;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Unsupported;
import dev.onnxfunction.rollout.engine.Observation.Verdict;
import dev.onnxfunction.rollout.engine.Revision.Readiness;
import dev.onnxfunction.rollout.engine.State.Deploy;
import dev.onnxfunction.rollout.engine.State.LiveDown;
import dev.onnxfunction.rollout.engine.State.Over;
import dev.onnxfunction.rollout.engine.State.Recorded;
import dev.onnxfunction.rollout.engine.State.Returning;
import dev.onnxfunction.rollout.engine.State.Running;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A table of decisions: the next step by state, observation and time. Each subclass has the rows of
 * one topic.
 */
abstract class DecisionTable {

    static final Instant T = Instant.parse("2026-01-01T12:00:00Z");
    static final RolloutPlan PLAN =
            new RolloutPlan(List.of(10, 50, 100), Duration.ofSeconds(60), Duration.ofSeconds(300));
    static final RolloutPlan REPLACING =
            new RolloutPlan(
                    List.of(10, 50, 100),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(60),
                    true);
    static final Rollout PLANNED = new Rollout("me", "new", null, PLAN);
    static final Rollout ROLLOUT = new Rollout("me", "new", "old", PLAN);
    static final Rollout OTHERS = new Rollout("other", "other-new", "old", PLAN);
    static final Deploy DEPLOY = new Deploy(PLANNED, false);
    static final Unsupported ODD =
            new Unsupported("Odd.", Map.of("old", ready("old"), "new", ready("new")), at(2));
    static final Traffic ALL_OLD = new Traffic(List.of(new Target("old", 100, "live")));

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

    @ParameterizedTest
    @MethodSource("rows")
    void theNextStep(Row row) {
        assertThat(say(Decision.next(row.state(), row.observation(), row.now())))
                .isEqualTo(row.then());
    }

    static Observation seen(Present present, @Nullable Verdict verdict) {
        return new Observation(present, verdict, null);
    }

    static Row row(String name, State state, ObservedService service, Instant now, String then) {
        return new Row(name, state, new Observation(service, null, null), now, then);
    }

    static Row row(
            String name,
            State state,
            ObservedService service,
            Verdict verdict,
            Instant now,
            String then) {
        return new Row(name, state, new Observation(service, verdict, null), now, then);
    }

    static Running at(int stage) {
        return new Running(ROLLOUT, stage, T);
    }

    static Running replacing(int stage) {
        return new Running(new Rollout("me", "new", "old", REPLACING), stage, T);
    }

    static LiveDown down(int stage) {
        return new LiveDown(at(stage), T.plusSeconds(9), "old failed.");
    }

    static LiveFailed failedAt(int second) {
        return new LiveFailed(2, T.plusSeconds(second), "old failed.");
    }

    static Map<String, Revision> liveFailing() {
        return Map.of(
                "old", new Revision("old", Readiness.FAILED, "ExitCode1.", T), "new", ready("new"));
    }

    static Map<String, Revision> bothFailing() {
        return Map.of(
                "old",
                new Revision("old", Readiness.FAILED, "ExitCode1.", T),
                "new",
                new Revision("new", Readiness.FAILED, "ExitCode1.", T));
    }

    static Running approving(boolean waits) {
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

    static Running approved() {
        return new Running(approving(true).rollout(), 1, T.plusSeconds(5));
    }

    static Present waiting(Map<String, Revision> revisions) {
        return new Present(traffic(0), true, "", revisions, approving(true));
    }

    static Running first() {
        return new Running(PLANNED, 0, T);
    }

    static Over over(Outcome outcome) {
        return new Over(ROLLOUT, outcome, "Because.", T);
    }

    static Returning returning(Outcome outcome) {
        return new Returning(ROLLOUT, outcome, "Because.");
    }

    static Traffic traffic(int stage) {
        int percent = PLAN.percent(stage);
        return new Traffic(
                List.of(
                        new Target("old", 100 - percent, "live"),
                        new Target("new", percent, "candidate")));
    }

    static Traffic othersTraffic() {
        return new Traffic(
                List.of(new Target("old", 50, "live"), new Target("other-new", 50, "candidate")));
    }

    static Present present(Traffic traffic, @Nullable Recorded recorded) {
        return new Present(traffic, true, "", both(), recorded);
    }

    static Present observation(int stage, Map<String, Revision> revisions) {
        return new Present(traffic(stage), true, "", revisions, at(stage));
    }

    static Present firstSeen(Map<String, Revision> revisions) {
        Traffic all = new Traffic(List.of(new Target("new", 100, "candidate")));
        return new Present(all, true, "", revisions, first());
    }

    static Present unsettled(int stage) {
        return new Present(traffic(stage), false, "Not routed.", both(), at(stage));
    }

    static Present unsettled(Over over) {
        return new Present(traffic(3), false, "Not routed.", both(), over);
    }

    static Map<String, Revision> both() {
        return Map.of("old", ready("old"), "new", ready("new"));
    }

    static Map<String, Revision> pending() {
        return with(new Revision("new", Readiness.PENDING, "Starts.", T));
    }

    static Map<String, Revision> failedCandidate() {
        return with(new Revision("new", Readiness.FAILED, "ExitCode1.", T));
    }

    static Map<String, Revision> with(Revision candidate) {
        Map<String, Revision> revisions = new HashMap<>(both());
        revisions.put("new", candidate);
        return revisions;
    }

    static Revision ready(String name) {
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
                    case Over over -> over.outcome().name().toLowerCase(Locale.ROOT);
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
