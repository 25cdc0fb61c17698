package dev.onnxfunction.csv;

import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.RowLimit;

/**
 * Reads a CSV body, a header and any number of rows, into a batch. Finds all faults of all rows
 * before anything is predicted. Thread-safe.
 */
public final class CsvReader implements BatchReader {

    private final int maxRows;
    private final int maxCells;

    /**
     * @param maxRows maximum rows of a body, at least 1
     * @param maxCells maximum rows times features of a body, at least 1; one row is always accepted
     */
    public CsvReader(int maxRows, int maxCells) {
        this.maxRows = maxRows;
        this.maxCells = maxCells;
    }

    /**
     * {@inheritDoc}
     *
     * @return true, because a CSV body counts as an array, whatever its number of rows
     * @throws CsvException if it is not CSV, its header is invalid, or there are neither rows nor a
     *     column for each required feature
     */
    @Override
    public boolean read(byte[] body, int length, Batch batch) {
        CsvRows rows = CsvRows.of(body, length, batch.columns());
        rows.header().requireFeature();
        if (!rows.hasNext()) {
            rows.header().requireFeatures();
        }
        return read(rows, batch);
    }

    /**
     * Likewise for a body without a header, whose columns are all features in the model's order.
     */
    public boolean readInOrder(byte[] body, int length, Batch batch) {
        CsvHeader header = CsvHeader.ofModel(batch.columns());
        return read(CsvRows.continued(header, body, 0, length, 1), batch);
    }

    private boolean read(CsvRows rows, Batch batch) {
        RowLimit limit = new RowLimit(maxRows, maxCells, batch.columns().size());
        Faults faults = new Faults();
        for (int count = 1; rows.hasNext(); count++) {
            limit.check(count);
            for (Fault fault : rows.read(batch)) {
                faults.add(fault.row(), fault.feature(), fault.problem());
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
        return true;
    }
}
