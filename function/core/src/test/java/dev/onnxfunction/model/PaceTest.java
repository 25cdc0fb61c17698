package dev.onnxfunction.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class PaceTest {

    private static final long QUICK = Duration.ofNanos(5000).toNanos();
    private static final long SLOW = Duration.ofMillis(150).toNanos();

    /** Any value of the clock may be the first. */
    private long now = Long.MAX_VALUE - 1000;

    private final Pace pace = new Pace(() -> now);

    @Test
    void nothingIsQuickBeforeItIsMeasured() {
        assertThat(pace.quickRows()).isZero();

        note(1, QUICK);

        assertThat(pace.quickRows()).isGreaterThan(100);
    }

    @Test
    void aModelThatIsAlwaysSlowerIsNotQuick() {
        note(100, Duration.ofMillis(1).toNanos());

        assertThat(pace.quickRows()).isZero();
    }

    @Test
    void aVerySlowCallIsRememberedHoweverManyQuickOnesFollow() {
        note(10_000, QUICK);
        note(1, SLOW);

        note(10_000, QUICK);
        wait(Duration.ofSeconds(59));
        assertThat(pace.quickRows()).isZero();

        wait(Duration.ofSeconds(1));
        assertThat(pace.quickRows()).isPositive();
    }

    @Test
    void eachAlarmIsRememberedForTwiceAsLongUpToAnHour() {
        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            note(1000, QUICK);
            assertThat(pace.quickRows()).isPositive();
            note(2, SLOW);

            note(1000, QUICK);
            wait(Duration.ofMinutes(minutes).minusNanos(1));
            assertThat(pace.quickRows()).as("%s minutes", minutes).isZero();
            wait(Duration.ofNanos(1));
        }
    }

    @Test
    void anAlarmWithinAnotherMakesItLast() {
        note(1, SLOW);
        wait(Duration.ofSeconds(40));
        note(1, SLOW);
        note(1000, QUICK);

        wait(Duration.ofSeconds(59));
        assertThat(pace.quickRows()).isZero();
        wait(Duration.ofSeconds(1));
        assertThat(pace.quickRows()).isPositive();
    }

    @Test
    void aLargeBatchIsNoAlarm() {
        note(1000, QUICK);

        pace.note(100_000, SLOW);

        assertThat(pace.quickRows()).isPositive();
    }

    private void note(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            pace.note(1, nanos);
        }
    }

    private void wait(Duration time) {
        now += time.toNanos();
    }
}
