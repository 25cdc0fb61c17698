package dev.onnxfunction.http;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the bytes that all connections together hold. Thread-safe.
 *
 * <p>When there is no room, it closes connections that hold memory for a response and have read
 * nothing of it for {@value #STALLED_SECONDS} seconds, longest first.
 */
final class Memory {

    private static final int STALLED_SECONDS = 2;
    private static final long STALLED = TimeUnit.SECONDS.toNanos(STALLED_SECONDS);

    private final long limit;
    private final AtomicLong held = new AtomicLong();
    private final Set<Share> readers = ConcurrentHashMap.newKeySet();

    /**
     * @param limit bytes, 1 or more
     */
    Memory(long limit) {
        this.limit = limit;
    }

    /** Returns the share of one connection. */
    Share share() {
        return new Share();
    }

    private boolean endStalled() {
        long now = System.nanoTime();
        Share longest = null;
        for (Share reader : readers) {
            long stalled = now - reader.progressAt;
            if (stalled > STALLED && (longest == null || stalled > now - longest.progressAt)) {
                longest = reader;
            }
        }
        if (longest == null) {
            return false;
        }
        longest.end();
        return true;
    }

    /**
     * The memory that one connection holds. Only the connection's event loop calls its methods, but
     * a worker may also reserve memory while it answers a stream.
     */
    final class Share {

        private int bytes;
        private volatile @Nullable Runnable ending;
        private volatile long progressAt;

        /**
         * Reserves this number of bytes in place of the previous reservation.
         *
         * @return false if there is no room; the previous reservation then remains
         */
        boolean hold(int wanted) {
            while (wanted != bytes && !tryHold(wanted)) {
                if (!endStalled()) {
                    return false;
                }
            }
            return true;
        }

        /** Releases everything. */
        void release() {
            stopAwaiting();
            hold(0);
        }

        /** The client has nothing to read. */
        void stopAwaiting() {
            if (ending != null) {
                readers.remove(this);
                ending = null;
            }
        }

        /**
         * The client has a response to read from now on.
         *
         * @param onStall ends the connection; called on any thread
         */
        void awaitReader(Runnable onStall) {
            ending = onStall;
            progress();
            readers.add(this);
        }

        /** The client has read something. */
        void progress() {
            progressAt = System.nanoTime();
        }

        private synchronized boolean tryHold(int wanted) {
            int more = wanted - bytes;
            if (more > 0 && held.addAndGet(more) > limit) {
                held.addAndGet(-more);
                return false;
            }
            if (more < 0) {
                held.addAndGet(more);
            }
            bytes = wanted;
            return true;
        }

        /** Its memory counts as free at once, shortly before it is released. */
        private void end() {
            Runnable end = ending;
            if (readers.remove(this) && end != null) {
                tryHold(0);
                end.run();
            }
        }
    }
}
