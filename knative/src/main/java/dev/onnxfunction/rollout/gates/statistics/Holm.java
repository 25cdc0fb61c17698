package dev.onnxfunction.rollout.gates.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Several tests at once, so that the probability of rejecting any true hypothesis stays below a
 * level: S. Holm, <i>A simple sequentially rejective multiple test procedure</i>, Scandinavian
 * Journal of Statistics 6, 1979.
 */
public final class Holm {

    private Holm() {}

    /**
     * Decides which hypotheses are rejected.
     *
     * @param pValues of all tests
     * @param level of all tests together, such as 0.05
     */
    public static boolean[] rejected(double[] pValues, double level) {
        int[] rising =
                IntStream.range(0, pValues.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> pValues[i]))
                        .mapToInt(i -> i)
                        .toArray();
        boolean[] rejected = new boolean[pValues.length];
        for (int i = 0; i < rising.length; i++) {
            if (pValues[rising[i]] > level / (rising.length - i)) {
                break;
            }
            rejected[rising[i]] = true;
        }
        return rejected;
    }
}
