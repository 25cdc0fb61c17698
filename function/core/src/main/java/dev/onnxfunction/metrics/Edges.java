package dev.onnxfunction.metrics;

import java.util.Arrays;

/**
 * Counts the edges of a histogram below a number. The range of the edges is divided into cells of
 * equal width, each of which knows the edges before it, so that few are left to compare with.
 * Immutable.
 */
final class Edges {

    /** So many that most cells have no edge, and a processor predicts that. */
    private static final int CELLS_PER_EDGE = 4;

    private final double[] edges;
    private final double first;
    private final double cellsPerUnit;

    /** For each cell the number of edges in the cells before it. */
    private final int[] before;

    /**
     * @param edges increasing; may be empty
     */
    Edges(double... edges) {
        this.edges = edges.clone();
        this.before = new int[CELLS_PER_EDGE * edges.length + 1];
        this.first = edges.length == 0 ? 0 : edges[0];
        double range = edges.length == 0 ? 0 : edges[edges.length - 1] - first;
        this.cellsPerUnit = before.length / range;
        for (double edge : edges) {
            if (cell(edge) + 1 < before.length) {
                before[cell(edge) + 1]++;
            }
        }
        for (int cell = 1; cell < before.length; cell++) {
            before[cell] += before[cell - 1];
        }
    }

    /** The number of edges that are less than a number; NaN is less than none. */
    int below(double number) {
        int count = before[cell(number)];
        while (count < edges.length && edges[count] < number) {
            count++;
        }
        return count;
    }

    /** The number of edges that are not greater than a number, which is not NaN. */
    int upTo(double number) {
        int count = before[cell(number)];
        while (count < edges.length && edges[count] <= number) {
            count++;
        }
        return count;
    }

    /** The edges, and infinity after them. */
    double[] andInfinity() {
        double[] all = Arrays.copyOf(edges, edges.length + 1);
        all[edges.length] = Double.POSITIVE_INFINITY;
        return all;
    }

    /** Never less for a greater number, however it is rounded; 0 for NaN. */
    private int cell(double number) {
        double cells = (number - first) * cellsPerUnit;
        return (int) Math.min(Math.max(cells, 0), before.length - 1);
    }
}
