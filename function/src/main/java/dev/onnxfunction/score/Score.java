package dev.onnxfunction.score;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One run: the calling thread reads chunks and writes their results in order; other threads predict
 * them. The number of chunks in flight is just large enough that no thread waits for another, so
 * any number of rows takes the same memory.
 */
final class Score {

    /** Maximum refused rows that are shown; the file of refused rows has all. */
    private static final int MAX_SHOWN = 10;

    /** Number of refused rows that ends a run without a file for them. */
    private static final int MAX_REFUSED = 100;

    /**
     * The result of a run.
     *
     * @param predicted number of predicted rows
     * @param refused number of refused rows
     * @param shown the first refused rows
     */
    record Result(long predicted, long refused, List<String> shown) {}

    private final OnnxModel model;
    private final Predict predict;
    private final ScoreOptions options;
    private final Progress progress;
    private final List<String> shown = new ArrayList<>();
    private long predicted;
    private long refused;

    Score(OnnxModel model, Predict predict, ScoreOptions options, Progress progress) {
        this.model = model;
        this.predict = predict;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Predicts all rows.
     *
     * @param refusals output for refused rows; null if a refused row ends the run
     * @throws ScoreException if the input is invalid
     */
    Result run(Chunks chunks, OutputFile output, @Nullable OutputFile refusals)
            throws IOException, InterruptedException {
        try (ExecutorService workers = Executors.newFixedThreadPool(options.threads())) {
            try {
                run(chunks, output, refusals, workers);
            } catch (Throwable e) {
                model.endAll(); // Otherwise this would wait for the workers' last calls.
                workers.shutdownNow();
                throw e;
            }
        }
        if (refused > 0 && refusals == null) {
            throw refused(output.isDirect());
        }
        return new Result(predicted, refused, shown);
    }

    private void run(
            Chunks chunks,
            OutputFile output,
            @Nullable OutputFile refusals,
            ExecutorService workers)
            throws IOException, InterruptedException {
        Opened opened = Opened.of(chunks.next(), model, options);
        Scorer scorer = new Scorer(model, predict, opened.input(), options.output());
        output.write(scorer.header());
        ArrayDeque<Future<Scored>> underWay = new ArrayDeque<>();
        for (Chunk chunk = opened.rows(); chunk != null; chunk = chunks.next()) {
            Chunk next = chunk;
            underWay.add(workers.submit(() -> scorer.score(next)));
            if (underWay.size() > options.threads() + 2) {
                write(underWay.remove(), output, refusals);
            }
        }
        while (!underWay.isEmpty()) {
            write(underWay.remove(), output, refusals);
        }
    }

    private void write(Future<Scored> future, OutputFile output, @Nullable OutputFile refusals)
            throws IOException, InterruptedException {
        Scored scored = done(future);
        predicted += scored.predicted();
        refused += scored.refusals().size();
        scored.refusals().stream()
                .limit(MAX_SHOWN - shown.size())
                .map(Refusal::toString)
                .forEach(shown::add);
        output.write(scored.output());
        if (refusals != null) {
            refusals.write(scored.refused());
        } else if (refused >= MAX_REFUSED) {
            throw refused(output.isDirect());
        }
        progress.rows(predicted + refused);
    }

    private static Scored done(Future<Scored> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e);
        }
    }

    /** The error of a run without a file for refused rows. */
    private ScoreException refused(boolean direct) {
        return new ScoreException(
                "%d of the first %d rows cannot be predicted, so %s:\n  %s%s\n"
                        .formatted(
                                refused,
                                predicted + refused,
                                direct ? "the output is not complete" : "there is no output",
                                String.join("\n  ", shown),
                                refused > shown.size() ? "\n  ..." : ""),
                "Correct them, or write them to a file of their own: --refused" + " refused.ndjson",
                ExitCode.REFUSED);
    }
}
