package dev.onnxfunction.forest;

/** How the trees of an ensemble are joined. */
enum Aggregate {
    AVERAGE("Sum", 1),
    SUM("Sum", 1),
    MIN("Min", 2),
    MAX("Max", 3);

    /** The operator that joins parts of the ensemble; an average is then divided. */
    final String operator;

    /** How {@code TreeEnsemble} joins the trees of a part: its {@code aggregate_function}. */
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
