package dev.onnxfunction.forest;

/** The function that combines the results of the trees. */
enum Aggregate {
    AVERAGE("Sum", 1),
    SUM("Sum", 1),
    MIN("Min", 2),
    MAX("Max", 3);

    /** The operator that combines the parts; an average is divided afterwards. */
    final String operator;

    /** The {@code aggregate_function} of {@code TreeEnsemble} within a part. */
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
