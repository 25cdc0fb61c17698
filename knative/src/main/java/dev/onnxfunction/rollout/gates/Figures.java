package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.statistics.ErrorRatio;
import dev.onnxfunction.rollout.gates.statistics.PairedErrors;

import java.math.BigDecimal;
import java.math.MathContext;

/** Formats numbers for tables and messages. */
final class Figures {

    private Figures() {}

    /** Four significant digits. */
    static String of(double value) {
        return "%.4g".formatted(value);
    }

    /** A ratio with its confidence interval, such as {@code × 0.83 (0.71 … 0.97)}. */
    static String of(ErrorRatio ratio) {
        return "× %s (%s)".formatted(factor(ratio.estimate()), range(ratio));
    }

    /** The confidence interval, such as {@code with 95 % confidence 0.71 … 0.97 ×}. */
    static String confidence(ErrorRatio ratio) {
        return "with %s confidence %s ×".formatted(percent(PairedErrors.CONFIDENCE), range(ratio));
    }

    private static String range(ErrorRatio ratio) {
        return factor(ratio.lower()) + " … " + factor(ratio.upper());
    }

    private static String factor(double value) {
        if (Double.isInfinite(value)) {
            return "∞";
        }
        return value < 1000 ? "%.3f".formatted(value) : "%.2g".formatted(value);
    }

    /** A share, such as {@code 0.1 %}. */
    static String percent(double share) {
        return new BigDecimal(share)
                        .movePointRight(2)
                        .round(new MathContext(4))
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    /** Two significant digits. */
    static String rough(long count) {
        return new BigDecimal(count).round(new MathContext(2)).toBigInteger().toString();
    }
}
