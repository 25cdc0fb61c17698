package dev.onnxfunction.score;

import dev.onnxfunction.csv.CsvException;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.PredictionException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Predicts the rows of chunks. Thread-safe: one thread processes each chunk. */
final class Scorer {

    /**
     * The form of the output.
     *
     * @param format format of the predicted rows
     * @param compressed whether the predicted rows are compressed
     * @param refusedCompressed whether the refused rows are compressed
     */
    record Output(Format format, boolean compressed, boolean refusedCompressed) {}

    private final OnnxModel model;
    private final Predict predict;
    private final Input input;
    private final Results results;
    private final Output output;

    Scorer(OnnxModel model, Predict predict, Input input, Output output) {
        this.model = model;
        this.predict = predict;
        this.input = input;
        this.results = new Results(model);
        this.output = output;
    }

    /** The start of the output. */
    Scored.Bytes header() {
        JsonWriter out = new JsonWriter(1024);
        if (output.format() == Format.CSV) {
            List<String> names = new ArrayList<>(input.kept());
            names.addAll(results.names());
            for (int i = 0; i < names.size(); i++) {
                if (i > 0) {
                    out.append(',');
                }
                CsvCell.append(names.get(i), out);
            }
            out.append('\n');
        }
        return bytes(out, output.compressed());
    }

    /**
     * Predicts all valid rows of a chunk.
     *
     * @throws ScoreException if it violates its format
     */
    Scored score(Chunk chunk) {
        try {
            return predict(chunk);
        } catch (CsvException | JsonException e) {
            throw Opened.malformed(e, chunk);
        }
    }

    private Scored predict(Chunk chunk) {
        List<Refusal> refusals = new ArrayList<>();
        RowPlaces places = new RowPlaces();
        try (Batch batch = model.batch()) {
            InputRows rows = input.rows(chunk, batch);
            while (rows.hasNext()) {
                Refusal refusal = rows.read(batch);
                if (refusal == null) {
                    places.add(rows.line(), rows.from(), rows.to());
                } else {
                    refusals.add(refusal);
                }
            }
            boolean together = predict(batch);
            JsonWriter out = new JsonWriter(2 * (chunk.to() - chunk.from()) + 64);
            long predicted = 0;
            for (int row = 0; row < batch.size(); row++) {
                String problem = together ? null : predict.applyAlone(batch, row);
                if (problem == null) {
                    predicted++;
                    append(rows, places, batch, row, out);
                } else {
                    refusals.add(places.refusal(row, problem));
                }
            }
            refusals.sort(Comparator.comparingLong(Refusal::line));
            return new Scored(
                    bytes(out, output.compressed()), refused(chunk, refusals), predicted, refusals);
        }
    }

    /** Whether the model predicts all rows in one call. */
    private boolean predict(Batch batch) {
        if (batch.size() == 0) {
            return true;
        }
        try {
            predict.applyAll(batch);
            return true;
        } catch (PredictionException e) {
            return false;
        }
    }

    private void append(InputRows rows, RowPlaces places, Batch batch, int row, JsonWriter out) {
        int from = places.from(row);
        int to = places.to(row);
        int start = out.length();
        if (output.format() == Format.CSV) {
            rows.appendCells(from, to, out);
            separate(start, out);
            results.appendCells(batch, row, out);
        } else {
            out.append('{');
            rows.appendMembers(from, to, out);
            separate(start + 1, out);
            results.appendMembers(batch, row, out);
            out.append('}');
        }
        out.append('\n');
    }

    private void separate(int start, JsonWriter out) {
        if (out.length() > start || (output.format() == Format.CSV && !input.kept().isEmpty())) {
            out.append(',');
        }
    }

    private Scored.Bytes refused(Chunk chunk, List<Refusal> refusals) {
        JsonWriter out = new JsonWriter(refusals.isEmpty() ? 0 : 1024);
        for (Refusal refusal : refusals) {
            refusal.write(chunk.text(), out);
        }
        return bytes(out, output.refusedCompressed());
    }

    /**
     * Compresses the text as a separate member, because a gzip file may have several (RFC 1952).
     */
    private static Scored.Bytes bytes(JsonWriter text, boolean compressed) {
        if (!compressed || text.length() == 0) {
            return new Scored.Bytes(text.bytes(), text.length());
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream(text.length() / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.bytes(), 0, text.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Never in memory.
        }
        return new Scored.Bytes(packed.toByteArray(), packed.size());
    }
}
