package dev.onnxfunction.rollout.gates;

/** Refuses values of options that are out of range. */
final class OptionValues {

    private OptionValues() {}

    static void positive(String option, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    option + " is " + value + ". Give a positive number.");
        }
    }

    static void notNegative(String option, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    option + " is " + value + ". Give a number that is not negative.");
        }
    }
}
