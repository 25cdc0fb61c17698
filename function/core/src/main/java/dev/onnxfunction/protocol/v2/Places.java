package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Maps the columns of inputs to features. An input is a feature, {@code [N]} or {@code [N, 1]}; or
 * an input of the graph with its columns; or, if it is the only one, all features in the model's
 * order under any name. Immutable.
 */
final class Places {

    private final List<Column> all;
    private final Map<String, List<Column>> features = new HashMap<>();
    private final Map<String, List<Column>> graph;

    Places(OnnxModel model) {
        this.all = model.columns();
        this.graph = model.inputs();
        all.forEach(column -> features.put(column.feature().name(), List.of(column)));
    }

    /** For each input the columns that it fills; null if the model does not have it. */
    List<@Nullable List<Column>> of(List<InputHead> inputs) {
        boolean[] given = new boolean[all.size()];
        List<@Nullable List<Column>> places = new ArrayList<>();
        for (InputHead input : inputs) {
            List<Column> place = of(input, inputs.size() == 1);
            places.add(place);
            if (place != null) {
                place.forEach(column -> note(given, column));
            }
        }
        return places;
    }

    private static void note(boolean[] given, Column column) {
        if (given[column.index()]) {
            throw Invalid.because(
                    "The feature %s is in two inputs. Send it in one."
                            .formatted(column.feature().name()));
        }
        given[column.index()] = true;
    }

    private @Nullable List<Column> of(InputHead input, boolean only) {
        List<Column> feature = features.get(input.name());
        List<Column> block = graph.get(input.name());
        if (feature != null && input.columns() == 1) {
            return feature;
        }
        if (block != null && input.columns() == block.size()) {
            return block;
        }
        if (only && input.columns() == all.size()) {
            return all;
        }
        if (only) {
            throw Invalid.because(
                    "The only input, %s, has shape %s, must have [N, %d], a column for each feature in the order of the model's metadata. Or send an input for each feature, by name."
                            .formatted(input.name(), input.shape(), all.size()));
        }
        if (feature != null || block != null) {
            throw Invalid.because(
                    "The input %s has shape %s, must have %s."
                            .formatted(
                                    input.name(),
                                    input.shape(),
                                    feature != null
                                            ? "[N] or [N, 1]"
                                            : "[N, " + width(block) + "]"));
        }
        return null;
    }

    private static int width(@Nullable List<Column> block) {
        return block == null ? 0 : block.size();
    }
}
