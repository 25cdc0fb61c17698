package dev.onnxfunction.contract;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.gzip.Gunzip;
import dev.onnxfunction.gzip.GzipException;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.EndedException;
import dev.onnxfunction.model.Task;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.predict.PredictionException;
import dev.onnxfunction.predict.RowLines;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Reads any number of rows line by line (NDJSON) and answers each line separately. It buffers only
 * the unfinished line. Used by one thread at a time.
 *
 * <p>{@link #feed} it, then {@link #work} until it returns false, and repeat. At the end {@link
 * #finish} it, work once more, and {@link #writeEnd}.
 */
public final class RowStream implements AutoCloseable {

    /** The media type of the request and of the response. */
    static final String NDJSON = "application/x-ndjson";

    /** Approximate memory of a stream in bytes, unless a line is longer. */
    public static final int USUAL_MEMORY = 320 * 1024;

    /** Initial size of the text buffer in bytes, and maximum bytes inflated at a time. */
    private static final int ROOM = 64 * 1024;

    /** Bytes of output after which {@link #work} returns. */
    private static final int ENOUGH_OUTPUT = 32 * 1024;

    /**
     * Nanoseconds after which {@link #work} returns, so that its thread can serve other requests.
     */
    private static final long ENOUGH_TIME = 20_000_000;

    /** Maximum rows of one call of the model; fewer if the model is slow. */
    private static final int MAX_ROWS = 256;

    private static final int FIRST_ROWS_IF_SLOW = 8;

    private final ServedModel served;
    private final LineAnswers alone;
    private final RowLines lines;
    private final TraceContext trace;

    /** Notified of the rows; of a rollout's stream, nobody is. */
    private final Observer observer;

    private final @Nullable Gunzip gzip;
    private final int maxLine;
    private final IntPredicate memory;

    private byte[] text = new byte[ROOM];

    /** Start of the first unanswered line, and end of the text. */
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

    private int rowsPerCall;
    private final @Nullable Response[] refusals = new @Nullable Response[MAX_ROWS];
    private final int[] from = new int[MAX_ROWS];
    private final int[] to = new int[MAX_ROWS];
    private long predicted;
    private long refused;

    /**
     * @param memory reserves this number of bytes in place of {@link #USUAL_MEMORY}; returns false
     *     if there is no memory; called on the working thread
     */
    RowStream(
            ServedModel served,
            LineAnswers alone,
            RowLines lines,
            TraceContext trace,
            boolean rollout,
            boolean compressed,
            IntPredicate memory) {
        this.served = served;
        this.alone = alone;
        this.lines = lines;
        this.trace = trace;
        this.observer = rollout ? Observer.NONE : served.observer().ofStream();
        this.gzip = compressed ? new Gunzip() : null;
        this.maxLine = served.settings().limits().maxBody();
        this.memory = memory;
        this.rowsPerCall = served.model().quickRows() > 0 ? MAX_ROWS : FIRST_ROWS_IF_SLOW;
    }

    public String contentType() {
        return NDJSON;
    }

    /**
     * Adds received bytes, once {@link #work} has returned false for the previous ones.
     *
     * @param bytes must not change until {@link #work} returns false
     */
    public void feed(byte[] bytes, int length) {
        if (gzip == null) {
            makeRoom(length);
            System.arraycopy(bytes, 0, text, end, length);
            end += length;
        } else {
            gzip.input(bytes, 0, length);
        }
    }

    /** Marks the end of the input. */
    public void finish() {
        finished = true;
    }

    /**
     * Answers rows for a limited time.
     *
     * @param out receives the answers
     * @param task cancellation and deadline of these rows
     * @return false if it needs more input
     * @throws RefusedException if the stream cannot continue; the response gives the reason
     */
    public boolean work(JsonWriter out, Task task) {
        long start = System.nanoTime();
        try {
            do {
                if (lineEnd() >= 0) {
                    answer(out, task);
                } else if (!more()) {
                    return false;
                }
            } while (out.length() < ENOUGH_OUTPUT && System.nanoTime() - start < ENOUGH_TIME);
            return true;
        } catch (GzipException e) {
            throw new RefusedException(InflatedBody.malformed(e.getMessage()));
        } catch (EndedException e) {
            throw new RefusedException(RowFailures.ended(e.reason()));
        }
    }

    /**
     * Writes the last line.
     *
     * @param cut the reason if the stream ends before all rows are answered; null otherwise
     */
    public void writeEnd(JsonWriter out, @Nullable Problem cut) {
        out.append("{\"status\":").appendString(cut == null ? "end" : "cut");
        out.append(",\"predicted\":").append(predicted);
        out.append(",\"refused\":").append(refused);
        if (cut != null) {
            out.append(",\"problem\":").appendString(cut.title());
            out.append(",\"detail\":").appendString(cut.detail());
        }
        out.append("}\n");
    }

    /** Reports the end and frees native memory. */
    @Override
    public void close() {
        observer.endOfStream();
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

    /** Adds more text; returns false if that needs more input. */
    private boolean more() {
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
            if (!memory.test(USUAL_MEMORY + Math.max(0, room - 2 * ROOM))) {
                throw new RefusedException(Response.busy());
            }
            text = new byte[room];
        }
        System.arraycopy(before, at, text, 0, kept);
        searched -= at;
        end = kept;
        at = 0;
    }

    /** Answers the rows of one call of the model. */
    private void answer(JsonWriter out, Task task) {
        try (Batch batch = served.model().batch(task)) {
            int count = gather(open(batch));
            boolean together = batch.size() > 0 && predict(batch);
            int row = 0;
            for (int i = 0; i < count; i++) {
                Response refusal = refusals[i];
                if (refusal == null && together) {
                    alone.write(batch, row++, out);
                    predicted++;
                } else {
                    answerAlone(i, refusal, out, task);
                }
            }
        }
    }

    /** Whether the model has predicted all rows of a batch. */
    private boolean predict(Batch batch) {
        long start = System.nanoTime();
        try {
            served.predict().applyAll(batch);
        } catch (PredictionException _) {
            return false; // Each row is predicted alone to find those that fail.
        } finally {
            adapt(System.nanoTime() - start);
        }
        observer.predicted(batch, trace);
        return true;
    }

    private void answerAlone(int line, @Nullable Response known, JsonWriter out, Task task) {
        int row = (int) Math.min(predicted + refused, Integer.MAX_VALUE);
        long start = System.nanoTime();
        Response refusal =
                known == null
                        ? alone.answer(
                                Arrays.copyOfRange(text, from[line], to[line]),
                                row,
                                new LineAnswers.Asked(trace, observer, task),
                                out)
                        : known;
        if (refusal == null) {
            predicted++;
            adapt(System.nanoTime() - start);
        } else {
            RowRefusal.write(refusal, predicted + refused, out);
            refused++;
        }
    }

    private void adapt(long nanos) {
        if (nanos > ENOUGH_TIME) {
            rowsPerCall = Math.max(1, rowsPerCall / 2);
        } else if (nanos < ENOUGH_TIME / 4) {
            rowsPerCall = Math.min(MAX_ROWS, 2 * rowsPerCall);
        }
    }

    /** Opens the lines as rows of a batch; returns null if each must be read alone. */
    private RowLines.@Nullable Text open(Batch batch) {
        int last = end;
        while (!drained && text[last - 1] != '\n') {
            last--;
        }
        try {
            return served.composition().hasFunctions() ? null : lines.of(text, last, batch);
        } catch (JsonException _) {
            return null; // One of them is not UTF-8.
        }
    }

    /** Reads lines and returns their number. */
    private int gather(RowLines.@Nullable Text rows) {
        int count = 0;
        int output = 0;
        for (int lineEnd = lineEnd();
                lineEnd >= 0 && count < rowsPerCall && output < ENOUGH_OUTPUT;
                lineEnd = lineEnd()) {
            from[count] = at;
            to[count] = lineEnd;
            at = Math.min(lineEnd + 1, end);
            searched = at;
            if (skipping || !isBlank(from[count], lineEnd)) {
                Response refusal = read(count, rows);
                refusals[count++] = refusal;
                output += refusal == null ? 0 : refusal.length();
                fruitless = 0;
            } else {
                drop(lineEnd + 1 - from[count]);
            }
            skipping = false;
        }
        return count;
    }

    private @Nullable Response read(int line, RowLines.@Nullable Text rows) {
        if (skipping || to[line] - from[line] > maxLine) {
            return RowRefusal.tooLong(maxLine);
        }
        if (rows == null) {
            return null;
        }
        long row = Math.min(predicted + refused + line, Integer.MAX_VALUE);
        try {
            Faults faults = rows.read(from[line], to[line], (int) row);
            if (faults == null) {
                return null;
            }
            observer.refused(faults);
            return RowRefusal.invalid(faults);
        } catch (JsonException e) {
            return RowRefusal.malformed(e.getMessage());
        }
    }

    private boolean isBlank(int first, int last) {
        for (int i = first; i < last; i++) {
            if (text[i] != ' ' && text[i] != '\r' && text[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}
