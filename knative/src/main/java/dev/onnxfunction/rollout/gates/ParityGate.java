package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.statistics.Statistics;

import org.jspecify.annotations.Nullable;

/**
 * Whether the candidate predicts what the exporter predicted. Only the model that the rows were
 * exported with is tested with them.
 *
 * @param parity the rows
 * @param tolerance largest relative error; null for the file's
 */
record ParityGate(ParityRows parity, @Nullable Double tolerance) {

    private static final double TOLERANCE = 1e-9;

    GateResult result(ComparedModel candidate) throws GateException, InterruptedException {
        String made = parity.model();
        if (made != null && !made.equals(candidate.card().model())) {
            return GateResult.unknown("parity", "", "not tested", "the rows are those of " + made);
        }
        double[] predictions = candidate.client().predict(parity.rows()).predictions();
        double[] exported = parity.predictions().stream().mapToDouble(x -> x).toArray();
        double error = Statistics.relativeError(predictions, exported);
        double limit = limit();
        String problem =
                error <= limit
                        ? ""
                        : "Its predictions differ from the exporter's by %.2g relative. Export the"
                                        .formatted(error)
                                + " model again, or give the rows that belong to it.";
        return new GateResult(
                "parity", "", "%.1e".formatted(error), "≤ %.0e".formatted(limit), problem);
    }

    private double limit() {
        if (tolerance != null) {
            return tolerance;
        }
        return parity.tolerance() == null ? TOLERANCE : parity.tolerance();
    }
}
