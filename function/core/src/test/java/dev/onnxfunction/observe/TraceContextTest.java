package dev.onnxfunction.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @ParameterizedTest
    @CsvSource({
        "00-" + TRACE + "-" + SPAN + "-00, false",
        "00-" + TRACE + "-" + SPAN + "-01, true",
        "00-" + TRACE + "-" + SPAN + "-ff, true",
        "00-" + TRACE + "-" + SPAN + "-fe, false",
        "cc-" + TRACE + "-" + SPAN + "-01, true",
        "cc-" + TRACE + "-" + SPAN + "-01-what-comes-after, true"
    })
    void aCallersTraceIsContinued(String traceparent, boolean sampled) {
        TraceContext trace = TraceContext.continuing(traceparent);

        assertThat(trace.traceId()).isEqualTo(TRACE);
        assertThat(trace.parentId()).isEqualTo(SPAN);
        assertThat(trace.hasParent()).isTrue();
        assertThat(trace.sampled()).isEqualTo(sampled);
        assertThat(trace.spanId()).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-0",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "00-" + TRACE + "-" + SPAN + "-01 ",
                "cc-" + TRACE + "-" + SPAN + "-01more",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "0g-" + TRACE + "-" + SPAN + "-01",
                "00_" + TRACE + "-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-" + TRACE + "-00f067aa0ba902bé-01"
            })
    void aMalformedOneCountsAsNone(String traceparent) {
        TraceContext trace = TraceContext.continuing(traceparent);

        assertThat(trace.hasParent()).isFalse();
        assertThat(trace.sampled()).isFalse();
        assertThat(trace.traceId()).matches("[0-9a-f]{32}").isNotEqualTo(TRACE);
    }

    @Test
    void everyRequestWithoutOneBeginsATraceOfItsOwn() {
        assertThat(TraceContext.continuing(null).traceId())
                .isNotEqualTo(TraceContext.continuing(null).traceId());
    }
}
