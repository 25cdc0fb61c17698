package dev.onnxfunction.rollout.gates;

import org.jspecify.annotations.Nullable;

/**
 * The limits of a candidate.
 *
 * @param model {@code name@version} that its card must declare; null for the model that the parity
 *     rows name, or for any
 * @param tolerance largest relative error of a parity row; null for what the file declares, or 1e-9
 * @param errors limits of its errors
 * @param probeDistance how far a prediction for a probe may be from the range of the target, in
 *     widths of that range; not negative, infinite to leave out that gate and "next rows"
 * @param shift how far predictions may move, in standard deviations of the live ones; not negative
 * @param latency limits of its latency
 * @param memory share of its memory limit that one of its pods may use, over 0, at most 1
 */
public record Limits(
        @Nullable String model,
        @Nullable Double tolerance,
        EvaluationLimits errors,
        double probeDistance,
        double shift,
        LatencyLimits latency,
        double memory) {

    /** Refuses values out of range. */
    public Limits {
        if (!(probeDistance >= 0)) {
            throw new IllegalArgumentException(
                    "--max-probe-distance is %s. Give a number of at least 0, or Infinity to leave the gate out."
                            .formatted(probeDistance));
        }
        OptionValues.notNegative("--max-shift", shift);
        if (!(memory > 0 && memory <= 1)) {
            throw new IllegalArgumentException(
                    "--max-memory is %.4g%%. Give a percentage over 0%% and at most 100%%."
                            .formatted(100 * memory));
        }
        if (tolerance != null) {
            OptionValues.notNegative("--tolerance", tolerance);
        }
    }

    /** Whether the gates send rows with other values, whose right answers nobody knows. */
    boolean areProbed() {
        return !Double.isInfinite(probeDistance);
    }
}
