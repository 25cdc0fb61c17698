package dev.onnxfunction.predict;

/** A body with more cells (rows times features) than {@code limits.max-cells}. */
public final class TooManyCellsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int maxCells;
    private final int features;

    public TooManyCellsException(int maxCells, int features) {
        super(
                "more than "
                        + maxCells / features
                        + " rows of "
                        + features
                        + " features: more than "
                        + maxCells
                        + " cells");
        this.maxCells = maxCells;
        this.features = features;
    }

    /** Maximum number of cells. */
    public int maxCells() {
        return maxCells;
    }

    /** Number of cells in a row. */
    public int features() {
        return features;
    }
}
