package dev.onnxfunction.http;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Event loops for connections whose latest request was a batch. They answer it themselves, because
 * handing it to a worker and back takes a tenth of the time of the whole batch. Small requests on
 * other connections do not wait for it, because other loops read them; one on a connection of these
 * loops does, until it is read and the connection moves. They are started on demand. Thread-safe.
 */
final class BatchLoops {

    /** One of the loops. */
    private static final class Member {

        private final EventLoop loop;

        /**
         * The connection with the latest batch; null if that has left. Only for the loop's thread.
         */
        private @Nullable Object latest;

        private Member(EventLoop loop) {
            this.loop = loop;
        }
    }

    /**
     * Maximum bytes that these loops read or write at a time: a whole batch, because between two
     * pieces each other connection may have a batch to be answered.
     */
    static final int PIECE = 256 * 1024;

    /** A loop that has waited for this long, in nanoseconds, has nothing to do. */
    static final long IDLE = TimeUnit.MILLISECONDS.toNanos(1);

    private int max;
    private final IntFunction<EventLoop> starter;
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private int next;

    /**
     * @param max maximum number of loops, 1 or more
     * @param starter starts the loop with this index
     */
    BatchLoops(int max, IntFunction<EventLoop> starter) {
        this.max = max;
        this.starter = starter;
    }

    /**
     * Selects the loop for a batch: the connection's, if it is one of these, unless it has work of
     * another connection and a second loop has none or can be started. Called on the connection's
     * loop.
     *
     * @param current loop of the connection
     * @return null if no loop can be started
     */
    @Nullable EventLoop select(EventLoop current, Object connection) {
        for (Member member : members) {
            if (member.loop == current) {
                return stay(member, connection);
            }
        }
        EventLoop unused = unused();
        return unused == null ? next() : unused;
    }

    /** Forgets a connection that is closed or moves; called on its loop. */
    void forget(EventLoop current, Object connection) {
        for (Member member : members) {
            if (member.loop == current && connection.equals(member.latest)) {
                member.latest = null;
            }
        }
    }

    /** Ends the loops, and starts no more; called on any thread. */
    synchronized void end() {
        max = 0;
        members.forEach(member -> member.loop.end());
    }

    /** Waits for the ends of their threads, until a time by {@link System#nanoTime}. */
    void awaitEnd(long deadline) throws InterruptedException {
        for (Member member : members) {
            member.loop.awaitEnd(deadline);
        }
    }

    private EventLoop stay(Member member, Object connection) {
        Object latest = member.latest;
        member.latest = connection;
        if (latest == null || latest.equals(connection)) {
            return member.loop;
        }
        EventLoop unused = unused();
        if (unused == null) {
            return member.loop;
        }
        member.latest = null; // So that the other connection stays.
        return unused;
    }

    /** A loop that has nothing to do, or a new one. */
    private @Nullable EventLoop unused() {
        for (Member member : members) {
            if (member.loop.isIdle(IDLE)) {
                return member.loop;
            }
        }
        return start();
    }

    private synchronized @Nullable EventLoop start() {
        if (members.size() < max) {
            try {
                EventLoop loop = starter.apply(members.size());
                members.add(new Member(loop));
                return loop;
            } catch (UncheckedIOException e) { // Too many open files.
                max = members.size();
            }
        }
        return null;
    }

    private synchronized @Nullable EventLoop next() {
        return members.isEmpty() ? null : members.get(next++ % members.size()).loop;
    }
}
