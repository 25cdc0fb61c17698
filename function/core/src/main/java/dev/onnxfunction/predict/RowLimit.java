package dev.onnxfunction.predict;

/**
 * How many rows a body may have.
 *
 * @param maxRows maximum rows, at least 1
 * @param maxCells maximum rows times features, at least 1; one row is always accepted
 * @param features number of the model's features, at least 1
 */
public record RowLimit(int maxRows, int maxCells, int features) {

    /** Maximum number of rows by both limits. */
    public int rows() {
        return Math.min(maxRows, Math.max(1, maxCells / features));
    }

    /**
     * Checks a number of rows.
     *
     * @throws TooManyRowsException if it exceeds the maximum
     * @throws TooManyCellsException if the rows have too many cells
     */
    public void check(int rows) {
        if (rows > maxRows) {
            throw new TooManyRowsException(maxRows);
        }
        if (rows > rows()) {
            throw new TooManyCellsException(maxCells, features);
        }
    }
}
