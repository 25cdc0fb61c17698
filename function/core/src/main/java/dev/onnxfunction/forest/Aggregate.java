package dev.onnxfunction.forest;

/** How the values of an ensemble's trees are combined. */
enum Aggregate {
    AVERAGE("Sum", 1),
    SUM("Sum", 1),
    MIN("Min", 2),
    MAX("Max", 3);

    /**
     * Operator that combines the parts of the ensemble; for an average, their sum is then divided.
     */
    final String operator;

    /** The {@code aggregate_function} of {@code TreeEnsemble} for the trees of a part. */
    final int ofPart;

    Aggregate(String operator, int ofPart) {
        this.operator = operator;
        this.ofPart = ofPart;
    }

    static Aggregate of(String name) throws ForestException {
        for (Aggregate aggregate : values()) {
            if (aggregate.name().equals(name)) {
                return aggregate;
            }
        }
        throw new ForestException("has aggregate_function " + name);
    }
}
