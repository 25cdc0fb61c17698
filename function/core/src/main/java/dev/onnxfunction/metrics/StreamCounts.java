package dev.onnxfunction.metrics;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.TraceContext;

/** Counts the rows of one stream, whose predictions are those of one request. */
final class StreamCounts implements Observer {

    private final RowCounts rows;
    private final RowCounts.Predicted stream = new RowCounts.Predicted();

    StreamCounts(RowCounts rows) {
        this.rows = rows;
    }

    @Override
    public void predicted(Batch batch, TraceContext trace) {
        rows.count(batch, stream);
    }

    @Override
    public void refused(Faults faults) {
        rows.count(faults);
    }

    @Override
    public void endOfStream() {
        rows.end(stream);
    }
}
