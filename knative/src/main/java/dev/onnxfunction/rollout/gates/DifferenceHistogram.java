package dev.onnxfunction.rollout.gates;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Histogram of the differences between predictions, in lines of text. */
final class DifferenceHistogram {

    private static final int BINS = 9;
    private static final int WIDTH = 40;

    private DifferenceHistogram() {}

    /**
     * Equal bins from the smallest to the largest difference; their count is odd and they lie
     * symmetrically around 0, so that the middle one counts the rows whose prediction hardly
     * changes.
     */
    static List<String> of(double[] candidate, double[] live) {
        double reach = 0;
        for (int i = 0; i < live.length; i++) {
            reach = Math.max(reach, Math.abs(candidate[i] - live[i]));
        }
        if (reach == 0) {
            return List.of("No prediction changes.");
        }
        int[] counts = new int[BINS];
        for (int i = 0; i < live.length; i++) {
            double position = (candidate[i] - live[i] + reach) / (2 * reach) * BINS;
            counts[Math.min(BINS - 1, (int) position)]++;
        }
        return lines(counts, reach);
    }

    private static List<String> lines(int[] counts, double reach) {
        int most = 0;
        for (int count : counts) {
            most = Math.max(most, count);
        }
        List<String> lines = new ArrayList<>();
        double bin = 2 * reach / BINS;
        for (int i = 0; i < BINS; i++) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%+11.4g … %+11.4g  %5d %s",
                            -reach + i * bin,
                            -reach + (i + 1) * bin,
                            counts[i],
                            "█".repeat(Math.ceilDiv(counts[i] * WIDTH, most))));
        }
        return lines;
    }
}
