package dev.onnxfunction.http;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that connections hold, up to a limit for all of them together. Thread-safe.
 *
 * <p>When there is no room, those are ended who hold memory for an answer and have not read any of
 * it for {@value #STALLED_SECONDS} seconds: the one that has stalled longest first.
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

    /** A part of it for one connection. */
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

    /** What one connection holds. Its own methods are called by the connection's event loop. */
    final class Share {

        private int bytes;
        private volatile @Nullable Runnable ending;
        private volatile long progressAt;

        /**
         * Holds so many bytes, instead of as many as before.
         *
         * @return false if there is no room for them: then it holds as many as before
         */
        boolean hold(int wanted) {
            while (wanted != bytes && !tryHold(wanted)) {
                if (!endStalled()) {
                    return false;
                }
            }
            return true;
        }

        /** Holds nothing any more. */
        void release() {
            stopAwaiting();
            hold(0);
        }

        /** Nothing is to be read at the moment. */
        void stopAwaiting() {
            if (ending != null) {
                readers.remove(this);
                ending = null;
            }
        }

        /**
         * From now on the client is to read an answer.
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

        /** Its memory counts as free at once, a moment before it is. */
        private void end() {
            Runnable end = ending;
            if (readers.remove(this) && end != null) {
                tryHold(0);
                end.run();
            }
        }
    }
}
