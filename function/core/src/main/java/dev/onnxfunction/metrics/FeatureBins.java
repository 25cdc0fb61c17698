package dev.onnxfunction.metrics;

import dev.onnxfunction.card.FeatureType;
import dev.onnxfunction.card.Histogram;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.text.Printable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The bins of a feature's training histogram. Immutable. */
abstract sealed class FeatureBins {

    /** No bin: the value is missing. */
    static final int NONE = -1;

    /** The bin of the empty category. */
    private static final String EMPTY = "empty";

    /** Maximum length of a category as a label, in characters. */
    private static final int LONGEST = 200;

    /** The bin of all categories that are not in the training data. */
    private static final String OTHER = "other";

    final Column column;
    private final List<String> names;
    private final List<Long> training;

    private FeatureBins(Column column, List<String> names, List<Long> training) {
        this.column = column;
        this.names = List.copyOf(names);
        this.training = List.copyOf(training);
    }

    /** Returns the bins of a column; null if the card has no histogram of it. */
    static @Nullable FeatureBins of(Column column) {
        Histogram histogram = column.feature().histogram();
        if (histogram instanceof Histogram.Bins bins) {
            return new OfNumbers(column, bins);
        }
        return histogram instanceof Histogram.Categories categories
                ? new OfCategories(column, categories)
                : null;
    }

    static double[] array(List<Double> numbers) {
        double[] array = new double[numbers.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = numbers.get(i);
        }
        return array;
    }

    /** Returns the index of the bin of a row's value, or {@link #NONE}. */
    abstract int find(Batch batch, int row);

    /** A name for each bin: its index, or the category. */
    List<String> names() {
        return names;
    }

    /** Number of values of the training data in each bin. */
    long[] training() {
        return training.stream().mapToLong(Long::longValue).toArray();
    }

    /** The first and the last bin also take all values beyond them. */
    private static final class OfNumbers extends FeatureBins {

        private final Edges innerEdges;

        OfNumbers(Column column, Histogram.Bins bins) {
            super(
                    column,
                    IntStream.range(0, bins.counts().size()).mapToObj(Integer::toString).toList(),
                    bins.counts());
            double[] inner = array(bins.edges().subList(1, bins.counts().size()));
            FeatureType type = column.feature().type();
            if (type.isFloating()) {
                // A value on an edge has been rounded to the model's type.
                for (int i = 0; i < inner.length; i++) {
                    inner[i] = type.nearest(inner[i]);
                }
            }
            this.innerEdges = new Edges(inner);
        }

        @Override
        int find(Batch batch, int row) {
            double value = column.number(batch, row);
            return Double.isNaN(value) ? NONE : innerEdges.upTo(value);
        }
    }

    private static final class OfCategories extends FeatureBins {

        private final Map<String, Integer> indices = new HashMap<>();
        private final boolean string;

        OfCategories(Column column, Histogram.Categories categories) {
            super(
                    column,
                    names(categories.counts().keySet()),
                    withOther(categories.counts().values()));
            categories.counts().keySet().forEach(name -> indices.put(name, indices.size()));
            this.string = column.feature().type() == FeatureType.STRING;
        }

        @Override
        int find(Batch batch, int row) {
            String value =
                    string
                            ? column.text(batch, row)
                            : Boolean.toString(column.number(batch, row) != 0);
            Integer bin = indices.get(value);
            if (bin != null) {
                return bin;
            }
            boolean missing = value.isEmpty() && column.feature().missing();
            return missing ? NONE : indices.size();
        }

        /**
         * Labels of the bins: the categories, except the empty one, because an empty label counts
         * as absent, and long ones, because collectors reject a whole scrape for one long label.
         */
        private static List<String> names(Set<String> categories) {
            Set<String> taken = new HashSet<>(categories);
            List<String> names = new ArrayList<>();
            for (String raw : categories) {
                String category = Printable.of(raw);
                if (category.isEmpty()) {
                    names.add(unlike(taken, EMPTY));
                } else if (category.length() > LONGEST) {
                    names.add(unlike(taken, category.substring(0, LONGEST)));
                } else {
                    names.add(category.equals(raw) ? raw : unlike(taken, category));
                }
            }
            names.add(unlike(taken, OTHER));
            return List.copyOf(names);
        }

        private static String unlike(Set<String> taken, String name) {
            return taken.add(name) ? name : unlike(taken, "_" + name);
        }

        private static List<Long> withOther(Collection<Long> counts) {
            List<Long> all = new ArrayList<>(counts);
            all.add(0L);
            return all;
        }
    }
}
