package dev.onnxfunction.score;

import dev.onnxfunction.json.Names;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.RowLines;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** An input in NDJSON: one JSON object on each line. */
final class NdjsonInput implements Input {

    private final RowLines lines;
    private final @Nullable List<String> keep;
    private final Names kept;
    private final Names taken;

    /**
     * @param keep names of the members to copy into the output; null for all
     * @param taken names that the output already has
     */
    NdjsonInput(OnnxModel model, @Nullable List<String> keep, List<String> taken) {
        this.lines = new RowLines(model.features());
        this.keep = keep;
        this.kept = new Names(keep == null ? List.of() : keep);
        this.taken = new Names(taken);
    }

    @Override
    public List<String> kept() {
        return keep == null ? List.of() : keep;
    }

    @Override
    public InputRows rows(Chunk chunk, Batch batch) {
        return new NdjsonInputRows(this, chunk, lines.of(chunk.text(), chunk.to(), batch));
    }

    /** Whether the output has all members of a row. */
    boolean keepsAll() {
        return keep == null;
    }

    /** Names of the kept members, if not all are. */
    Names keptNames() {
        return kept;
    }

    /** Names that kept members must not have. */
    Names takenNames() {
        return taken;
    }
}
