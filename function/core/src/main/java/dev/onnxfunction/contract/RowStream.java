package dev.onnxfunction.contract;

import dev.onnxfunction.fault.Faults;
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
 * Reads any number of rows line by line (NDJSON) and answers each line separately. Used by one
 * thread at a time.
 *
 * <p>{@link #feed} it, then {@link #work} until it returns false, and repeat. At the end {@link
 * #finish} it, work once more, and {@link #writeEnd}.
 */
public final class RowStream implements AutoCloseable {

    /** The media type of the request and of the response. */
    static final String NDJSON = "application/x-ndjson";

    /** Approximate memory of a stream in bytes, unless a line is longer. */
    public static final int USUAL_MEMORY = 320 * 1024;

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

    /** Notified of the rows, unless the stream is a rollout's. */
    private final Observer observer;

    private final LineBuffer buffer;
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
        this.buffer = new LineBuffer(compressed, served.settings().limits().maxBody(), memory);
        this.rowsPerCall = served.model().quickRows() > 0 ? MAX_ROWS : FIRST_ROWS_IF_SLOW;
    }

    /** The media type of the response. */
    public String contentType() {
        return NDJSON;
    }

    /**
     * Adds received bytes, once {@link #work} has returned false for the previous ones.
     *
     * @param bytes must not change until {@link #work} returns false
     */
    public void feed(byte[] bytes, int length) {
        buffer.feed(bytes, length);
    }

    /** Marks the end of the input. */
    public void finish() {
        buffer.finish();
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
                if (buffer.hasLine()) {
                    answer(out, task);
                } else if (!buffer.more()) {
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
        buffer.close();
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
                                Arrays.copyOfRange(buffer.text(), from[line], to[line]),
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
        try {
            return served.composition().hasFunctions()
                    ? null
                    : lines.of(buffer.text(), buffer.endOfLines(), batch);
        } catch (JsonException _) {
            return null; // One of them is not UTF-8.
        }
    }

    /** Reads lines and returns their number. */
    private int gather(RowLines.@Nullable Text rows) {
        int count = 0;
        int output = 0;
        while (count < rowsPerCall && output < ENOUGH_OUTPUT && buffer.next()) {
            from[count] = buffer.from();
            to[count] = buffer.to();
            Response refusal = read(count, rows);
            refusals[count++] = refusal;
            output += refusal == null ? 0 : refusal.length();
        }
        return count;
    }

    private @Nullable Response read(int line, RowLines.@Nullable Text rows) {
        if (buffer.isTooLong()) {
            return RowRefusal.tooLong(buffer.maxLine());
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
}
