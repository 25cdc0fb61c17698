package dev.onnxfunction.card;

import java.util.List;

/** The levels of quantiles that a graph predicts side by side. */
public final class QuantileLevels {

    /** The level of the median, which is the prediction. */
    public static final double MEDIAN = 0.5;

    private static final String WANTED =
            ", must be two or more numbers between 0 and 1, rising, 0.5 among them";

    private QuantileLevels() {}

    /**
     * @throws IllegalArgumentException if the levels are invalid; names the member of the card
     */
    static void require(List<Double> levels) {
        if (!areValid(levels)) {
            throw new IllegalArgumentException("\"target.levels\" is " + levels + WANTED);
        }
    }

    /** Whether these are two or more numbers between 0 and 1, increasing, 0.5 among them. */
    public static boolean areValid(List<Double> levels) {
        for (int i = 0; i < levels.size(); i++) {
            boolean rises = i == 0 || levels.get(i - 1) < levels.get(i);
            if (!rises || levels.get(i) <= 0 || levels.get(i) >= 1) {
                return false;
            }
        }
        return levels.size() > 1 && levels.contains(MEDIAN);
    }

    /** The probability that the true value lies between the outermost quantiles. */
    public static double coverage(List<Double> levels) {
        return levels.getLast() - levels.getFirst();
    }
}
