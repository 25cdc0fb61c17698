package dev.onnxfunction.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onnxfunction.rollout.engine.RolloutPlan.Analysis;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

class RolloutPlanTest {

    private static final Duration HOLD = Duration.ofSeconds(60);
    private static final Duration BAKE = Duration.ofSeconds(30);
    private static final Duration SHADOW = Duration.ofMinutes(7);
    private static final Duration APPROVAL = Duration.ofHours(8);

    @ParameterizedTest
    @ValueSource(strings = {"10,10,100", "50,10,100", "10,50", "0,100", "10,101"})
    void itsPercentagesRiseTo100(String percents) {
        List<Integer> wrong = Arrays.stream(percents.split(",")).map(Integer::valueOf).toList();

        assertThatThrownBy(() -> new RolloutPlan(wrong, HOLD, HOLD))
                .hasMessage(
                        "A plan must be percentages that rise to 100, such as 1,10,50,100, and not "
                                + wrong
                                + ".");
    }

    @Test
    void aHoldMayBeZeroAndADeadlineMayNot() {
        List<Integer> percents = List.of(100);
        assertThat(new RolloutPlan(percents, Duration.ZERO, HOLD).hold(1)).isZero();

        assertThatThrownBy(() -> new RolloutPlan(percents, HOLD, Duration.ZERO))
                .hasMessageStartingWith("A hold must not be negative");
        assertThatThrownBy(() -> new RolloutPlan(percents, HOLD.negated(), HOLD))
                .hasMessageStartingWith("A hold must not be negative");
    }

    @Test
    void onlyTheLastStageBakes() {
        RolloutPlan plan = plan(0, Duration.ofHours(1));

        assertThat(plan.hold(0)).isZero();
        assertThat(plan.hold(1)).isEqualTo(HOLD);
        assertThat(plan.hold(2)).isEqualTo(HOLD.plus(BAKE));
        assertThat(plan).hasToString("10, 100 %, each for 60 s");
    }

    @Test
    void aStageThatNeedsRequestsMayTakeLonger() {
        assertThat(plan(0, Duration.ofHours(1)).longestHold(1)).isEqualTo(HOLD);
        assertThat(plan(1, Duration.ofHours(1)).longestHold(1)).isEqualTo(Duration.ofHours(1));
        assertThat(plan(1, Duration.ofSeconds(70)).longestHold(2)).isEqualTo(HOLD.plus(BAKE));
        assertThat(plan(1, Duration.ofHours(1)).longestHold(0)).isEqualTo(SHADOW);
    }

    @Test
    void anApprovalMayTakeAsLongAsThePlanSays() {
        Rollout rollout = new Rollout("id", "new", "old", plan(1, Duration.ofHours(1)));

        assertThat(new State.Running(rollout, 0, Instant.EPOCH, true).longestHold())
                .isEqualTo(APPROVAL);
        assertThat(new State.Running(rollout, 0, Instant.EPOCH).longestHold()).isEqualTo(SHADOW);
    }

    @Test
    void aRolloutIsSupersededByAnotherOneThatBeganLater() {
        RolloutPlan plan = plan(0, HOLD);
        Rollout first = new Rollout("first", "new", "old", plan, Instant.ofEpochSecond(1));
        Rollout second = new Rollout("second", "new", "old", plan, Instant.ofEpochSecond(2));

        assertThat(first.isSupersededBy(second)).isTrue();
        assertThat(second.isSupersededBy(first)).isFalse();
        assertThat(first.isSupersededBy(first)).isFalse();
        assertThat(first.isSupersededBy(new Rollout("first", "new", "old", plan, second.begun())))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 s",
        "1, 1 ms",
        "999, 999 ms",
        "1000, 1 s",
        "119000, 119 s",
        "120000, 2 min",
        "121000, 121 s",
        "300000, 5 min"
    })
    void aDurationIsShownInItsLargestWholeUnit(long millis, String text) {
        assertThat(DurationText.of(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void trafficIsShownWithTheLargestShareFirst() {
        Traffic traffic =
                new Traffic(
                        List.of(
                                new Target("old", 10, "live"),
                                new Target("new", 90, "candidate"),
                                new Target("gone", 0, "theirs")));

        assertThat(traffic).hasToString("new 90 %, old 10 %");
    }

    @Test
    void exitCodesAreThoseOfTheDocumentation() {
        assertThat(Arrays.stream(Exit.values()).map(Exit::code))
                .containsExactly(0, 3, 4, 5, 6, 7, 130);
    }

    private static RolloutPlan plan(int minRequests, Duration maxHold) {
        return new RolloutPlan(
                List.of(10, 100),
                HOLD,
                Duration.ofMinutes(5),
                RolloutPlan.LIVE_DEADLINE,
                false,
                new Analysis(BAKE, minRequests, maxHold, SHADOW, APPROVAL));
    }
}
