package dev.onnxfunction.predict;

/** A body has more cells, rows times features, than are allowed. */
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

    /** Cells that are allowed. */
    public int maxCells() {
        return maxCells;
    }

    /** Cells of a row. */
    public int features() {
        return features;
    }
}
