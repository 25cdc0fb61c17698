package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

class DefectsTest {

    /** An event loop that logs its own failure would otherwise end, and the process would not. */
    @Test
    void ifTheProcessCannotBeEndedTheNextFailureEndsIt() {
        AtomicInteger calls = new AtomicInteger();
        Defects defects =
                new Defects(
                        () -> {
                            if (calls.incrementAndGet() == 1) {
                                throw new OutOfMemoryError("unable to create native thread");
                            }
                        });

        for (int i = 0; i < 3; i++) {
            defects.log("A test fails.", new OutOfMemoryError("no memory"), null);
        }
        defects.log("A test fails.", new IllegalStateException(), null);

        assertThat(calls).hasValue(2);
    }
}
