package dev.onnxfunction.rollout.gates;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpanTest {

    @Test
    void itContainsWhatIsInsideButNoCrossedBounds() {
        Span plausible = new Span(10, 20).widened(10);

        assertThat(plausible).isEqualTo(new Span(-90, 120));
        assertThat(plausible.contains(new Span(-90, 120))).isTrue();
        assertThat(plausible.contains(new Span(-90, 121))).isFalse();
        assertThat(plausible.contains(new Span(-91, 0))).isFalse();
        assertThat(plausible.contains(new Span(16, 15))).isFalse();
    }
}
