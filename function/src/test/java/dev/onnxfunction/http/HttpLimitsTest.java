package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.RunningFunction;
import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;

import org.junit.jupiter.api.Test;

import java.io.IOException;

/** Limits that hold for all connections together. */
class HttpLimitsTest {

    private static final String ROW = Boston.example().toString();
    private static final String HEAD =
            "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n";

    @Test
    void bodiesTogetherTakeNoMoreMemoryThanIsSet() throws IOException {
        String half = HEAD.formatted(64_000) + " ".repeat(36_000);
        try (RunningFunction function =
                        RunningFunction.start("limits.max-body=64KB", "limits.body-memory=64KB");
                Connection slow = new Connection(function.connect());
                Connection refused = new Connection(function.connect())) {
            slow.send(half);
            awaitHeld(function);
            refused.send(half);

            assertThat(refused.response())
                    .startsWith("HTTP/1.1 503")
                    .contains("retry-after: 1\r\n", "connection: close")
                    .contains("All memory for requests and answers is in use.");
            assertThat(function.predict(ROW).statusCode()).isEqualTo(200);

            slow.send(" ".repeat(28_000 - ROW.length()) + ROW);
            assertThat(slow.response()).startsWith("HTTP/1.1 200");
            slow.send(half + " ".repeat(28_000 - ROW.length()) + ROW);
            assertThat(slow.response()).startsWith("HTTP/1.1 200");
        }
    }

    /** A body is copied less often if there is room for what it has announced. */
    @Test
    void memoryForMoreThanHasComeIsCountedToo() throws IOException {
        try (RunningFunction function =
                        RunningFunction.start("limits.max-body=64KB", "limits.body-memory=64KB");
                Connection slow = new Connection(function.connect())) {
            slow.send(HEAD.formatted(64_000) + " ".repeat(12_000));
            awaitHeld(function);
            assertThat(function.predict(ROW).statusCode()).isEqualTo(200);

            slow.send(" ".repeat(52_000 - ROW.length()) + ROW);
            assertThat(slow.response()).startsWith("HTTP/1.1 200");
            awaitFree(function);
        }
    }

    @Test
    void whatAClientThatWentAwayHadSentIsForgotten() throws IOException {
        try (RunningFunction function =
                RunningFunction.start("limits.max-body=64KB", "limits.body-memory=64KB")) {
            for (int i = 0; i < 5; i++) {
                try (Connection gone = new Connection(function.connect())) {
                    gone.send(HEAD.formatted(64_000) + " ".repeat(36_000));
                    awaitHeld(function);
                }
                awaitFree(function);
            }
        }
    }

    @Test
    void moreConnectionsThanAreSetAreClosed() throws IOException {
        try (RunningFunction function = RunningFunction.start("limits.max-connections=2");
                Connection first = new Connection(function.connect());
                Connection second = new Connection(function.connect())) {
            String request = HEAD.formatted(ROW.length()) + ROW;
            first.send(request);
            assertThat(first.response()).startsWith("HTTP/1.1 200");
            second.send(request);
            assertThat(second.response()).startsWith("HTTP/1.1 200");
            try (Connection third = new Connection(function.connect())) {
                assertThat(third.isClosed()).isTrue();
            }
            second.send(request);
            assertThat(second.response()).startsWith("HTTP/1.1 200");
        }
    }

    /** Until a body of half the memory does not fit any more. */
    private static void awaitHeld(RunningFunction function) {
        await(function, 503);
    }

    private static void awaitFree(RunningFunction function) {
        await(function, 200);
    }

    private static void await(RunningFunction function, int status) {
        String large = " ".repeat(36_000) + ROW;
        for (int attempt = 0; attempt < 1000; attempt++) {
            if (function.predict(large).statusCode() == status) {
                return;
            }
        }
        throw new AssertionError("There is no answer with status " + status + ".");
    }
}
