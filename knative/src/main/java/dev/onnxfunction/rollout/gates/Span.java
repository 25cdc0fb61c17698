package dev.onnxfunction.rollout.gates;

import java.util.Arrays;

/**
 * A range of numbers.
 *
 * @param min smallest one
 * @param max largest one; below {@code min} for the bounds of an interval that are crossed
 */
record Span(double min, double max) {

    /** From the smallest to the largest of at least one number. */
    static Span of(double[] values) {
        return new Span(
                Arrays.stream(values).min().orElseThrow(),
                Arrays.stream(values).max().orElseThrow());
    }

    /** The smallest range that contains both. */
    Span with(Span other) {
        return new Span(Math.min(min, other.min), Math.max(max, other.max));
    }

    /** From the smallest to the largest number. */
    double width() {
        return max - min;
    }

    /** Extended by some times its width on both sides. */
    Span widened(double widths) {
        double more = width() * widths;
        return new Span(min - more, max + more);
    }

    /** Whether the bounds are in the wrong order. */
    boolean isCrossed() {
        return min > max;
    }

    /** Whether all of the other range is inside, which no crossed one is. */
    boolean contains(Span other) {
        return !other.isCrossed() && min <= other.min && other.max <= max;
    }

    @Override
    public String toString() {
        return Figures.of(min) + " … " + Figures.of(max);
    }
}
