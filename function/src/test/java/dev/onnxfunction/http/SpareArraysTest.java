package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arrays of bodies are used again, and few are kept. */
class SpareArraysTest {

    private final SpareArrays spares = new SpareArrays();

    @ParameterizedTest
    @CsvSource({
        "100000, 100000, true", "100000, 80000, true", "100000, 79999, false",
        "100000, 100001, false", "16384, 16384, false", "16385, 16385, true",
        "262144, 262144, true", "262145, 262145, false"
    })
    void anArrayIsUsedForABodyOfAboutItsLength(int given, int wanted, boolean used) {
        byte[] array = new byte[given];
        array[0] = 1;
        spares.give(array);

        byte[] taken = spares.take(wanted);

        assertThat(taken[0] == 1).isEqualTo(used);
        assertThat(taken.length).isGreaterThanOrEqualTo(wanted);
    }

    @Test
    void anArrayIsTakenOnce() {
        byte[] array = new byte[100_000];
        spares.give(array);

        assertThat(spares.take(100_000)).isSameAs(array);
        assertThat(spares.take(100_000)).isNotSameAs(array);
    }

    /** So that a client of another size of body gets its arrays, and little memory is held. */
    @Test
    void theLatestFourAreKept() {
        byte[][] arrays = new byte[5][];
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = new byte[100_000];
            spares.give(arrays[i]);
        }

        for (int i = 4; i > 0; i--) {
            assertThat(spares.take(100_000)).isSameAs(arrays[i]);
        }
        assertThat(spares.take(100_000)).isNotSameAs(arrays[0]);
    }
}
