package dev.onnxfunction.score;

import java.util.Arrays;

/** Positions of a batch's rows in their chunk. */
final class RowPlaces {

    private long[] lines = new long[1024];
    private int[] from = new int[1024];
    private int[] to = new int[1024];
    private int size;

    void add(long line, int first, int last) {
        if (size == lines.length) {
            lines = Arrays.copyOf(lines, 2 * size);
            from = Arrays.copyOf(from, 2 * size);
            to = Arrays.copyOf(to, 2 * size);
        }
        lines[size] = line;
        from[size] = first;
        to[size] = last;
        size++;
    }

    int from(int row) {
        return from[row];
    }

    int to(int row) {
        return to[row];
    }

    Refusal refusal(int row, String problem) {
        return Refusal.of(lines[row], problem, from[row], to[row]);
    }
}
