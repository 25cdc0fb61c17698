package dev.onnxfunction.rollout.gates.rows;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The nearest neighbors of rows, by the Euclidean distance of their measured values in standard
 * deviations.
 */
final class NearestRows {

    /** Maximum number of rows to search, drawn at random, which bounds the time. */
    private static final int POOL = 2000;

    /** Number of nearest neighbors among which one is chosen. */
    private static final int NEAREST = 5;

    private final MeasuredCells cells;
    private final int[] pool;
    private final double[][] values;
    private final double[] deviations;

    NearestRows(MeasuredCells cells, RandomGenerator random) {
        this.cells = cells;
        pool =
                cells.size() <= POOL
                        ? IntStream.range(0, cells.size()).toArray()
                        : random.ints(POOL, 0, cells.size()).toArray();
        values = Arrays.stream(pool).mapToObj(cells::values).toArray(double[][]::new);
        deviations =
                IntStream.range(0, cells.columns().size()).mapToDouble(this::deviation).toArray();
    }

    /** Standard deviation of a column. */
    private double deviation(int column) {
        double[] finite =
                Arrays.stream(values)
                        .mapToDouble(row -> row[column])
                        .filter(Double::isFinite)
                        .toArray();
        double mean = Arrays.stream(finite).average().orElse(0);
        double sum = Arrays.stream(finite).map(value -> (value - mean) * (value - mean)).sum();
        return Math.sqrt(sum / Math.max(1, finite.length));
    }

    /** A row that could be moved to. */
    private record Neighbor(int row, double distance) {}

    /**
     * One of the nearest rows that differ from a row.
     *
     * @param rank which one, counted from the nearest and again from the nearest after the fifth
     * @return the row itself if none differs
     */
    int of(int row, int rank) {
        double[] from = cells.values(row);
        List<Neighbor> nearest =
                IntStream.range(0, pool.length)
                        .mapToObj(i -> new Neighbor(pool[i], distance(from, values[i])))
                        .filter(neighbor -> neighbor.distance() > 0)
                        .sorted(Comparator.comparingDouble(Neighbor::distance))
                        .limit(NEAREST)
                        .toList();
        return nearest.isEmpty() ? row : nearest.get(rank % nearest.size()).row();
    }

    /** The square of the distance, over the columns in which both rows have a value. */
    private double distance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = (one[i] - other[i]) / deviations[i];
            sum += Double.isFinite(difference) ? difference * difference : 0;
        }
        return sum;
    }
}
