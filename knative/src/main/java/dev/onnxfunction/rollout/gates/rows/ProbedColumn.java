package dev.onnxfunction.rollout.gates.rows;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The values that probes have in one column.
 *
 * @param position index of the column
 * @param isNumber whether it has a range; otherwise the values are those of other rows and the
 *     categories
 * @param isWhole whether the values are rounded
 * @param mayBeMissing whether one probe has no value
 * @param min start of the range
 * @param max end of the range
 * @param categories further values, which need not be in any row
 */
record ProbedColumn(
        int position,
        boolean isNumber,
        boolean isWhole,
        boolean mayBeMissing,
        double min,
        double max,
        List<String> categories) {

    /** One in so many values is missing if they may be, so that several are in one probe. */
    private static final int MISSING = 4;

    /** Range of whole numbers that every type takes. */
    private static final double WHOLE = Integer.MAX_VALUE;

    /** Range of other numbers that every type takes. */
    private static final double LARGEST = 1e30;

    /**
     * The range, or the categories, of the first feature that has some, widened to the values of
     * the rows.
     *
     * @param features that have this column, at least one
     * @param rows cells of the labelled rows, at least one
     */
    static ProbedColumn of(int position, List<Feature> features, List<String[]> rows) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (Feature feature : features) {
            if (min > max && feature.min() <= feature.max()) {
                min = feature.min();
                max = feature.max();
            }
        }
        for (String[] row : rows) {
            double value = Numbers.parse(RowDigest.strip(row[position]));
            if (Double.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        return new ProbedColumn(
                position,
                min <= max && features.stream().allMatch(Feature::isNumber),
                features.stream().anyMatch(Feature::isWhole),
                features.stream().allMatch(Feature::mayBeMissing),
                min,
                max,
                features.stream()
                        .map(Feature::categories)
                        .filter(each -> !each.isEmpty())
                        .findFirst()
                        .orElse(List.of()));
    }

    /**
     * The value of a probe, as the text of a cell: for a number, a random value of the probe's own
     * part of the range, or one of the range's ends.
     *
     * @param turn number of the probe among those of this column, from 0
     * @param parts number of equal parts of the range, at least 2
     */
    String value(int turn, int parts, List<String[]> rows, RandomGenerator random) {
        if (mayBeMissing && turn == parts / 2) {
            return "";
        }
        if (!isNumber) {
            return other(rows, random);
        }
        boolean isEnd = turn == 0 || turn >= parts - 1;
        double share = isEnd ? turn : turn - 0.5 + random.nextDouble();
        return value(Math.min(1, share / (parts - 1)));
    }

    /** Any value of the column, or none, as the text of a cell. */
    String value(List<String[]> rows, RandomGenerator random) {
        if (mayBeMissing && random.nextInt(MISSING) == 0) {
            return "";
        }
        return isNumber ? value(random.nextDouble()) : other(rows, random);
    }

    /**
     * A number beyond the range, as the text of a cell.
     *
     * @param widths how far, in widths of the range: below it if negative
     * @return empty if there is none, or not every type of number takes it
     */
    String beyond(double widths) {
        double width = max > min ? max - min : 1;
        double value = widths < 0 ? min + widths * width : max + widths * width;
        return isNumber && Math.abs(value) < (isWhole ? WHOLE : LARGEST) ? text(value) : "";
    }

    private String other(List<String[]> rows, RandomGenerator random) {
        return categories.isEmpty() || random.nextBoolean()
                ? rows.get(random.nextInt(rows.size()))[position]
                : categories.get(random.nextInt(categories.size()));
    }

    private String value(double share) {
        return text(min * (1 - share) + max * share);
    }

    private String text(double value) {
        return isWhole ? Long.toString((long) Math.rint(value)) : Double.toString(value);
    }
}
