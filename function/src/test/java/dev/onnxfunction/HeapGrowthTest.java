package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapGrowthTest {

    private final HeapGrowth growth = new HeapGrowth(100, 50);

    @Test
    void aCollectionIsDueAfterTheMinimum() {
        assertThat(growth.isDue(150)).isFalse();
        assertThat(growth.isDue(151)).isTrue();
    }

    @Test
    void whatIsInUseAfterACollectionDoesNotCauseAnother() {
        growth.collected(180);
        assertThat(growth.isDue(280)).isFalse();
        assertThat(growth.isDue(281)).isTrue();
    }

    @Test
    void aLargeHeapMayGrowByHalfBecauseItsCollectionTakesLong() {
        growth.collected(1000);
        assertThat(growth.isDue(1500)).isFalse();
        assertThat(growth.isDue(1501)).isTrue();
    }
}
