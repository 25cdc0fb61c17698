package dev.onnxfunction.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class LatencyEstimatorTest {

    private static final long QUICK = Duration.ofNanos(5000).toNanos();
    private static final long SLOW = Duration.ofMillis(150).toNanos();

    /** The clock may start at any value. */
    private long now = Long.MAX_VALUE - 1000;

    private final LatencyEstimator latency = new LatencyEstimator(() -> now);

    @Test
    void nothingIsQuickBeforeItIsMeasured() {
        assertThat(latency.quickRows()).isZero();

        note(1, QUICK);

        assertThat(latency.quickRows()).isGreaterThan(100);
    }

    @Test
    void aModelThatIsAlwaysSlowerIsNotQuick() {
        note(100, Duration.ofMillis(1).toNanos());

        assertThat(latency.quickRows()).isZero();
    }

    @Test
    void aVerySlowCallIsRememberedHoweverManyQuickOnesFollow() {
        note(10_000, QUICK);
        note(2, SLOW);

        note(10_000, QUICK);
        wait(Duration.ofSeconds(59));
        assertThat(latency.quickRows()).isZero();

        wait(Duration.ofSeconds(1));
        assertThat(latency.quickRows()).isPositive();
    }

    @Test
    void eachAlarmIsRememberedForTwiceAsLongUpToAnHour() {
        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            note(1000, QUICK);
            assertThat(latency.quickRows()).isPositive();
            note(2, SLOW);

            note(1000, QUICK);
            wait(Duration.ofMinutes(minutes).minusNanos(1));
            assertThat(latency.quickRows()).as("%s minutes", minutes).isZero();
            wait(Duration.ofNanos(1));
        }
    }

    @Test
    void anAlarmWithinAnotherMakesItLast() {
        note(2, SLOW);
        wait(Duration.ofSeconds(40));
        note(1, SLOW);
        note(1000, QUICK);

        wait(Duration.ofSeconds(59));
        assertThat(latency.quickRows()).isZero();
        wait(Duration.ofSeconds(1));
        assertThat(latency.quickRows()).isPositive();
    }

    @Test
    void aLargeBatchIsNoAlarm() {
        note(1000, QUICK);

        latency.record(100_000, SLOW);

        assertThat(latency.quickRows()).isPositive();
    }

    /** A pause of the process falls into one call; a slow model is slow again. */
    @Test
    void oneVerySlowCallRaisesNoAlarmAsTheSystemMayHaveDelayedIt() {
        note(1000, QUICK);
        note(1, SLOW);
        assertThat(latency.quickRows()).isPositive();

        note(1, QUICK);
        note(1, SLOW);
        assertThat(latency.quickRows()).isPositive();

        note(1, SLOW);
        note(1000, QUICK);
        assertThat(latency.quickRows()).isZero();
    }

    @Test
    void aCallThatIsTenTimesAsLongRaisesAnAlarm() {
        note(1, 10 * SLOW);
        note(1000, QUICK);

        assertThat(latency.quickRows()).isZero();
    }

    private void note(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            latency.record(1, nanos);
        }
    }

    private void wait(Duration time) {
        now += time.toNanos();
    }
}
