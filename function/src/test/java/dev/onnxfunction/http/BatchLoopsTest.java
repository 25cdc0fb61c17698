package dev.onnxfunction.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which event loop answers a batch. Loops that are not started here look busy. */
class BatchLoopsTest {

    private static final Object FIRST = "first connection";
    private static final Object SECOND = "second connection";
    private static final Object THIRD = "third connection";

    private final EventLoop rows = new EventLoop("rows", _ -> {});
    private final List<EventLoop> started = new ArrayList<>();
    private final BatchLoops loops = new BatchLoops(2, this::busy);

    @AfterEach
    void end() {
        rows.end();
        started.forEach(EventLoop::end);
    }

    @Test
    void connectionsAreSpreadOverLoopsThatStartOnDemand() {
        assertThat(select(loops, rows, FIRST)).isSameAs(started.getFirst());
        assertThat(started).hasSize(1);
        assertThat(select(loops, rows, SECOND)).isSameAs(started.getLast());
        assertThat(select(loops, rows, THIRD)).isSameAs(started.getFirst());
        assertThat(select(loops, rows, "fourth connection")).isSameAs(started.getLast());
        assertThat(started).hasSize(2);
    }

    @Test
    void anIdleLoopIsUsedBeforeAnotherStarts() {
        BatchLoops idle = new BatchLoops(2, this::idle);

        select(idle, rows, FIRST);
        awaitIdle(started.getFirst());

        assertThat(select(idle, rows, SECOND)).isSameAs(started.getFirst());
        assertThat(started).hasSize(1);
    }

    @Test
    void aConnectionThatHasALoopForItselfStays() {
        EventLoop loop = select(loops, rows, FIRST);
        select(loops, rows, SECOND);
        startAndAwaitIdle(started.getLast());

        assertThat(select(loops, loop, FIRST)).isSameAs(loop);
        assertThat(select(loops, loop, FIRST)).isSameAs(loop);
    }

    @Test
    void oneOfTwoConnectionsMovesToAnIdleLoopAndTheOtherStays() {
        EventLoop loop = select(loops, rows, FIRST);
        EventLoop other = select(loops, rows, SECOND);
        select(loops, loop, FIRST);
        assertThat(select(loops, loop, THIRD)).as("while both are busy").isSameAs(loop);
        startAndAwaitIdle(other);

        assertThat(select(loops, loop, FIRST)).isSameAs(other);
        assertThat(select(loops, loop, THIRD)).isSameAs(loop);
        assertThat(select(loops, loop, THIRD)).isSameAs(loop);
    }

    /** Both may have moved to the first loop while it was idle. */
    @Test
    void oneOfTwoConnectionsMovesToAnotherLoopThatStartsForIt() {
        EventLoop loop = select(loops, rows, FIRST);
        select(loops, loop, FIRST);

        EventLoop other = select(loops, loop, SECOND);

        assertThat(other).isNotSameAs(loop).isSameAs(started.getLast());
        assertThat(select(loops, loop, FIRST)).isSameAs(loop);
        assertThat(select(loops, other, SECOND)).isSameAs(other);
        assertThat(started).hasSize(2);
    }

    @Test
    void aConnectionStaysWhereAnotherHasLeft() {
        EventLoop loop = select(loops, rows, FIRST);
        select(loops, loop, FIRST);
        loops.forget(loop, FIRST);

        assertThat(select(loops, loop, SECOND)).isSameAs(loop);
        assertThat(started).hasSize(1);
    }

    @Test
    void whatLeavesOneLoopIsNotForgottenByAnother() {
        EventLoop loop = select(loops, rows, FIRST);
        EventLoop other = select(loops, rows, SECOND);
        select(loops, loop, FIRST);
        loops.forget(other, FIRST);
        startAndAwaitIdle(other);

        assertThat(select(loops, loop, THIRD)).isSameAs(other);
    }

    @Test
    void withoutALoopThereIsNone() {
        BatchLoops none =
                new BatchLoops(
                        2,
                        _ -> {
                            throw new UncheckedIOException(new IOException("Too many open files"));
                        });

        assertThat(none.select(rows, FIRST)).isNull();
    }

    @Test
    void withoutASecondLoopTheFirstAnswersEverything() {
        BatchLoops one =
                new BatchLoops(
                        2,
                        index -> {
                            if (index > 0) {
                                throw new UncheckedIOException(new IOException("Too many"));
                            }
                            return busy(index);
                        });

        assertThat(select(one, rows, FIRST)).isSameAs(started.getFirst());
        assertThat(select(one, rows, SECOND)).isSameAs(started.getFirst());
    }

    @Test
    void noneStartsAfterTheEnd() {
        loops.end();

        assertThat(loops.select(rows, FIRST)).isNull();
        assertThat(started).isEmpty();
    }

    private static EventLoop select(BatchLoops loops, EventLoop current, Object connection) {
        return Objects.requireNonNull(loops.select(current, connection));
    }

    private EventLoop busy(int index) {
        EventLoop loop = new EventLoop("batch-" + index, _ -> {});
        started.add(loop);
        return loop;
    }

    private EventLoop idle(int index) {
        EventLoop loop = busy(index);
        loop.start();
        return loop;
    }

    private static void startAndAwaitIdle(EventLoop loop) {
        loop.start();
        awaitIdle(loop);
    }

    private static void awaitIdle(EventLoop loop) {
        while (!loop.isIdle(BatchLoops.IDLE)) {
            Thread.onSpinWait();
        }
    }
}
