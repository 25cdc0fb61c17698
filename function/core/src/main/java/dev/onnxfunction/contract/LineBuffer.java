package dev.onnxfunction.contract;

import dev.onnxfunction.gzip.Gunzip;
import dev.onnxfunction.gzip.GzipException;

import org.jspecify.annotations.Nullable;

import java.util.function.IntPredicate;

/**
 * The text of a stream, from which lines are taken one after the other. It keeps only the lines
 * that are not taken yet, and drops a line that is too long. Used by one thread at a time.
 *
 * <p>While {@link #hasLine} is true, move to a line with {@link #next}; then add text with {@link
 * #more}, and {@link #feed} it once that returns false.
 */
final class LineBuffer implements AutoCloseable {

    /** Initial size in bytes, and maximum bytes inflated at a time. */
    private static final int ROOM = 64 * 1024;

    private final @Nullable Gunzip gzip;
    private final int maxLine;
    private final IntPredicate memory;

    private byte[] text = new byte[ROOM];

    /** Start of the first line that is not taken, and end of the text. */
    private int at;

    private int end;

    /** There is no line end before this index. */
    private int searched;

    /** Whether all bytes of the client have arrived. */
    private boolean finished;

    /**
     * Whether the whole text has arrived, so that the text after the last line end is also a line.
     */
    private boolean drained;

    /** Whether the current line is being dropped because it is too long. */
    private boolean skipping;

    /** Bytes of blank or dropped lines since the last row. */
    private long fruitless;

    /** Bounds of the line that {@link #next} moved to. */
    private int from;

    private int to;
    private boolean tooLong;

    /**
     * @param compressed whether the bytes are gzip
     * @param maxLine maximum bytes of a line
     * @param memory reserves this number of bytes in place of {@link RowStream#USUAL_MEMORY};
     *     returns false if there is no memory
     */
    LineBuffer(boolean compressed, int maxLine, IntPredicate memory) {
        this.gzip = compressed ? new Gunzip() : null;
        this.maxLine = maxLine;
        this.memory = memory;
    }

    int maxLine() {
        return maxLine;
    }

    /**
     * Adds received bytes.
     *
     * @param bytes must not change until {@link #more} returns false
     */
    void feed(byte[] bytes, int length) {
        if (gzip == null) {
            makeRoom(length);
            System.arraycopy(bytes, 0, text, end, length);
            end += length;
        } else {
            gzip.input(bytes, 0, length);
        }
    }

    /** Marks the end of the input. */
    void finish() {
        finished = true;
    }

    /** Whether the end of a line has arrived. */
    boolean hasLine() {
        return lineEnd() >= 0;
    }

    /**
     * Adds more text; returns false if that needs more input.
     *
     * @throws GzipException if the bytes are not gzip
     * @throws RefusedException if there is no memory for it, or too much of it is no row
     */
    boolean more() {
        if (gzip != null) {
            makeRoom(ROOM);
            int inflated = gzip.read(text, end, text.length);
            end += inflated;
            if (inflated > 0) {
                return true;
            }
            if (finished && !gzip.isComplete()) {
                throw new GzipException("ends too early for gzip");
            }
        }
        boolean last = finished && !drained;
        drained = finished;
        return last;
    }

    /** Moves to the next line that is not blank; returns false if none has arrived whole. */
    boolean next() {
        for (int lineEnd = lineEnd(); lineEnd >= 0; lineEnd = lineEnd()) {
            from = at;
            to = lineEnd;
            at = Math.min(lineEnd + 1, end);
            searched = at;
            tooLong = skipping || to - from > maxLine;
            boolean blank = !tooLong && isBlank();
            skipping = false;
            if (!blank) {
                fruitless = 0;
                return true;
            }
            drop(to + 1 - from);
        }
        return false;
    }

    /** Array of the text; another one after {@link #feed} or {@link #more}. */
    byte[] text() {
        return text;
    }

    /** Start of the current line in the text. */
    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Whether the current line is too long; then its text may be gone. */
    boolean isTooLong() {
        return tooLong;
    }

    /** End of the last line in the text, which has one. */
    int endOfLines() {
        int last = end;
        while (!drained && text[last - 1] != '\n') {
            last--;
        }
        return last;
    }

    /** Frees native memory. */
    @Override
    public void close() {
        if (gzip != null) {
            gzip.close();
        }
    }

    /** Returns the end of the next line; -1 if it has not arrived. */
    private int lineEnd() {
        for (; searched < end; searched++) {
            if (text[searched] == '\n') {
                return searched;
            }
        }
        if (end - at > maxLine) {
            skipping = true;
            drop(end - at);
            at = end;
        }
        return drained && (end > at || skipping) ? end : -1;
    }

    /**
     * Drops bytes without a row. They are limited only in gzip, which can inflate them a thousand
     * times.
     */
    private void drop(int bytes) {
        fruitless += bytes;
        if (gzip != null && fruitless > 2L * maxLine) {
            throw new RefusedException(
                    Response.error(
                            413,
                            "Row too large",
                            "The gzip inflates to more than "
                                    + 2L * maxLine
                                    + " bytes without a row. Send a row on each line."));
        }
    }

    private void makeRoom(int length) {
        int kept = end - at;
        int room = text.length;
        if (length > room - kept) {
            room = Math.max(kept + length, Math.min(2 * room, maxLine + ROOM));
        } else if (room > 2 * ROOM && kept + length <= ROOM) {
            room = ROOM; // The long line has ended.
        }
        byte[] before = text;
        if (room != before.length) {
            if (!memory.test(RowStream.USUAL_MEMORY + Math.max(0, room - 2 * ROOM))) {
                throw new RefusedException(Response.busy());
            }
            text = new byte[room];
        }
        System.arraycopy(before, at, text, 0, kept);
        searched -= at;
        end = kept;
        at = 0;
    }

    private boolean isBlank() {
        for (int i = from; i < to; i++) {
            if (text[i] != ' ' && text[i] != '\r' && text[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}
