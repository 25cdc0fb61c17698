package dev.onnxfunction.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class RowOrderTest {

    private static final List<Feature> FEATURES =
            Stream.of("a", "b")
                    .map(name -> Feature.undescribed(name, FeatureType.DOUBLE, false, null))
                    .toList();

    @Test
    void aNameIsEitherAFeatureOrAnother() {
        RowOrder order = RowOrder.ofNames(List.of("b", "note", "a"), FEATURES);

        assertThat(order.size()).isEqualTo(3);
        assertThat(IntStream.rangeClosed(0, 3).map(order::feature)).containsExactly(1, -1, 0, -1);
        assertThat(order.others()).containsExactly("note");
    }
}
