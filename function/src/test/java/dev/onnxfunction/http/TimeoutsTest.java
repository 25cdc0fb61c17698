package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

class TimeoutsTest {

    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final EventLoop loop =
            new EventLoop(
                    "test",
                    e -> {
                        throw new AssertionError(e);
                    });

    @AfterEach
    void end() {
        loop.end();
    }

    /** It would otherwise be closed under the last response, which it may not have read yet. */
    @Test
    void aClientThatSendsAfterTheLastResponseHasAsLongAsForARequest() {
        Timeouts timeouts = new Timeouts(new ConnectionLoop(loop), LONG, LONG, () -> {});

        timeouts.linger();
        timeouts.partial(false);

        assertThat(timeouts.isOver(0, false)).isFalse();
    }

    @Test
    void aRequestHasItsTimeFromItsFirstByte() {
        Timeouts timeouts = new Timeouts(new ConnectionLoop(loop), 1, LONG, () -> {});
        assertThat(timeouts.isOver(0, false)).isFalse();

        timeouts.partial(true);

        assertThat(timeouts.isOver(0, false)).isTrue();
        timeouts.partial(false);
        assertThat(timeouts.isOver(0, false)).isFalse();
    }

    /** The time counts from the last byte that the client took, not from the first check. */
    @Test
    void aClientThatDoesNotReadHasTheIdleTimeoutFromItsLastProgress() {
        Timeouts timeouts = new Timeouts(new ConnectionLoop(loop), LONG, 1, () -> {});

        assertThat(timeouts.isOver(1000, false)).isTrue();
    }

    @Test
    void aClientThatReadsSlowlyIsNotOverAfterItsProgress() {
        Timeouts timeouts = new Timeouts(new ConnectionLoop(loop), LONG, LONG, () -> {});

        timeouts.active();

        assertThat(timeouts.isOver(1000, false)).isFalse();
        assertThat(timeouts.isOver(1000, false)).isFalse();
    }

    /** Nothing is expected of the client. */
    @Test
    void aResponseThatIsBeingComputedHasNoTimeout() {
        Timeouts timeouts = new Timeouts(new ConnectionLoop(loop), LONG, 1, () -> {});

        assertThat(timeouts.isOver(0, true)).isFalse();
        assertThat(timeouts.isOver(0, false)).isTrue();
    }
}
