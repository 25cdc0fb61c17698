package dev.onnxfunction.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

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
        note(1, SLOW);

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
        note(1, SLOW);
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
    void aCallThatTheMachineDelayedRaisesNoAlarm(@TempDir Path folder) {
        PausingClock clock = new PausingClock();
        Path file = OnnxGraph.linear(0.5, 2).write(folder);
        Settings.Model options = new Settings.Model(file, List.of(), false, 1);
        try (OnnxModel model = OnnxModel.load(options, new LatencyEstimator(clock));
                Batch batch = model.batch()) {
            batch.addRow();
            model.run(batch, 0, 1);
            assertThat(model.quickRows()).isPositive();

            clock.pauseBefore(2);
            model.run(batch, 0, 1);
            assertThat(model.quickRows()).isPositive();

            clock.pauseBefore(2, 3);
            model.run(batch, 0, 1);
            assertThat(model.quickRows()).isZero();
        }
    }

    /** The time may not suffice for a second call, and the predictions would be lost. */
    @Test
    void aCallIsNotRepeatedShortlyBeforeItsDeadline(@TempDir Path folder) {
        PausingClock clock = new PausingClock();
        clock.now = System.nanoTime() + Duration.ofHours(1).toNanos();
        Path file = OnnxGraph.linear(0.5, 2).write(folder);
        Settings.Model options = new Settings.Model(file, List.of(), false, 1);
        try (OnnxModel model = OnnxModel.load(options, new LatencyEstimator(clock))) {
            assertThat(quickRowsAfterPause(model, clock, 4 * SLOW)).isPositive();
            assertThat(quickRowsAfterPause(model, clock, 2 * SLOW)).isZero();
        }
    }

    /** Runs a call that the machine delays, with this many nanoseconds until its deadline. */
    private static int quickRowsAfterPause(OnnxModel model, PausingClock clock, long left) {
        try (Batch batch = model.batch(Task.until(clock.now + left))) {
            batch.addRow();
            clock.pauseBefore(2);
            model.run(batch, 0, 1);
            return model.quickRows();
        }
    }

    @Test
    void onlyAShortCallIsRepeatedAndOnlyOnce() {
        note(1000, QUICK);
        assertThat(latency.isSurprising(1, QUICK)).isFalse();
        assertThat(latency.isSurprising(1000, SLOW)).isFalse();
        assertThat(latency.isSurprising(1, SLOW)).isTrue();
        assertThat(latency.isSurprising(1, 10 * SLOW)).isFalse();

        latency.record(1, SLOW);

        assertThat(latency.isSurprising(1, SLOW)).isFalse();
    }

    /** Each reading takes 5 µs; some of the next take longer. */
    private static final class PausingClock implements LongSupplier {

        private Set<Integer> paused = Set.of();
        private int readings;
        private long now;

        /** A call is measured from the first reading to the second, a repeated one to the third. */
        void pauseBefore(Integer... next) {
            paused = Set.of(next);
            readings = 0;
        }

        @Override
        public long getAsLong() {
            now += paused.contains(++readings) ? SLOW : QUICK;
            return now;
        }
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
