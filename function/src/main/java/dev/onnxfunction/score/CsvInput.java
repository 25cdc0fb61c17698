package dev.onnxfunction.score;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.csv.CsvHeader;
import dev.onnxfunction.csv.CsvRows;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An input in CSV. */
final class CsvInput implements Input {

    private final CsvHeader header;
    private final List<String> kept;

    /** For each kept column, its position in the input. */
    private final int[] places;

    /** For each kept column, whether it is a string in JSON. */
    private final boolean[] texts;

    private final boolean keepsAll;

    /**
     * @param keep names of the columns to copy into the output; null for all
     * @throws ScoreException if the header lacks a feature, or a column to keep
     */
    CsvInput(CsvHeader header, OnnxModel model, @Nullable List<String> keep) {
        this.header = header;
        this.kept = keep == null ? header.names() : keep;
        this.keepsAll = kept.equals(header.names());
        this.places = new int[kept.size()];
        this.texts = new boolean[kept.size()];
        requireFeatures();
        List<String> numbers =
                model.features().stream()
                        .filter(feature -> feature.type() != FeatureType.STRING)
                        .map(Feature::name)
                        .toList();
        for (int i = 0; i < places.length; i++) {
            places[i] = place(kept.get(i));
            texts[i] = !numbers.contains(kept.get(i));
        }
    }

    private void requireFeatures() {
        if (!header.missing().isEmpty()) {
            throw new ScoreException(
                    header.missing().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(entry -> entry.getKey() + ": " + entry.getValue())
                            .collect(
                                    Collectors.joining(
                                            "; ", "The header lacks features of the model: ", ".")),
                    "Name the columns as the model names its features.");
        }
    }

    private int place(String name) {
        int place = header.names().indexOf(name);
        if (place < 0) {
            throw new ScoreException(
                    "The input has no column \"" + name + "\" to keep.",
                    "It has: " + String.join(", ", header.names()) + ".");
        }
        return place;
    }

    @Override
    public List<String> kept() {
        return kept;
    }

    @Override
    public InputRows rows(Chunk chunk, Batch batch) {
        return new CsvInputRows(
                this,
                chunk,
                CsvRows.continued(header, chunk.text(), chunk.from(), chunk.to(), chunk.line()));
    }

    /** Whether the output has all columns in order, so that rows can be copied whole. */
    boolean keepsAll() {
        return keepsAll;
    }

    int place(int index) {
        return places[index];
    }

    boolean isText(int index) {
        return texts[index];
    }
}
