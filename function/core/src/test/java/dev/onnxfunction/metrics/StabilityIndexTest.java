package dev.onnxfunction.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StabilityIndexTest {

    @Test
    void itIsTheSumOfShareDifferencesTimesTheirLogRatio() {
        // (0.5 - 0.25) ln 2 + (0.5 - 0.75) ln (2/3)
        double byHand = 0.25 * Math.log(2) - 0.25 * Math.log(2.0 / 3);

        assertThat(StabilityIndex.of(new long[] {50, 50}, new long[] {1, 3}))
                .isCloseTo(byHand, within(1e-12));
        assertThat(StabilityIndex.of(new long[] {1, 3}, new long[] {50, 50}))
                .as("the other way round")
                .isCloseTo(byHand, within(1e-12));
    }

    /** A card may have any counts from 0 on. */
    @Test
    void sharesStayFromZeroToOne() {
        long[] huge = {Long.MAX_VALUE, Long.MAX_VALUE};
        long[] empty = {0, 0};

        assertThat(StabilityIndex.ofAll(huge, 1)).isEqualTo(0.5);
        assertThat(StabilityIndex.ofAll(empty, 1)).isZero();
        assertThat(StabilityIndex.of(new long[] {50, 50}, huge)).isZero();
        assertThat(StabilityIndex.of(new long[] {50, 50}, empty)).isFinite();
    }

    @Test
    void theSameSharesAreNoDrift() {
        assertThat(StabilityIndex.of(new long[] {10, 20, 70}, new long[] {1, 2, 7})).isZero();
    }

    @Test
    void anEmptyBinIsMuchDriftButNotInfinite() {
        assertThat(StabilityIndex.of(new long[] {100, 0}, new long[] {50, 50}))
                .isBetween(1.0, 10.0);
        assertThat(StabilityIndex.of(new long[] {50, 50}, new long[] {100, 0}))
                .isBetween(1.0, 10.0);
    }
}
