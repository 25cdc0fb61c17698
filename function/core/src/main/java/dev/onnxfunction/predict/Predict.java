package dev.onnxfunction.predict;

import dev.onnxfunction.card.ModelCard;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.RunException;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.settings.StartException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * The function {@code predict}: maps a row, feature name to value, to a prediction. Thread-safe.
 *
 * <p>Values have the types that JSON libraries produce: numbers, booleans, strings, null. Members
 * that are not features are ignored.
 */
public final class Predict implements Function<Map<String, Object>, Prediction> {

    private static final Logger LOG = Logger.getLogger(Predict.class.getName());

    private final OnnxModel model;
    private final Observer observer;
    private final @Nullable String modelId;

    private Predict(OnnxModel model, Observer observer) {
        this.model = model;
        this.observer = observer;
        ModelCard card = model.card();
        this.modelId = card == null ? null : card.id();
    }

    /**
     * Creates the function of a model and predicts one row and several with it, so an instance
     * proves that the model works. The prediction must be finite only for the card's example,
     * because an invented row of zeros may have no logarithm. A failure for a row with invented
     * categories only logs a warning.
     *
     * @throws StartException if the model fails for any other row
     */
    public static Predict with(OnnxModel model) {
        return with(model, Observer.NONE);
    }

    /**
     * Likewise, with an observer for rows that are maps.
     *
     * @param observer notified of the rows of {@link #apply} and {@link #applyAll(List)}
     * @throws StartException if the model fails
     */
    public static Predict with(OnnxModel model, Observer observer) {
        Predict predict = new Predict(model, observer);
        Map<String, Object> row = FirstRow.of(model);
        try (Batch batch = model.batch()) {
            predict.read(List.of(row), batch);
            predict.run(batch);
            if (FirstRow.isExample(model)) {
                checkFinite(batch);
            }
            if (!model.isRowByRow()) {
                predict.trySeveralRows(row, batch);
            }
            return predict;
        } catch (InvalidRowsException | PredictionException e) {
            String problem =
                    "The model loads, but its first prediction fails: " + e.getMessage() + ".";
            String remedy =
                    "Add a row that the model takes to its card as \"example\", as the command"
                            + " `card` of training-notebook-export does.";
            if (FirstRow.hasMadeUpCategories(model)) {
                LOG.warning(
                        problem
                                + " Its row has only zeros and empty texts, which may not be among"
                                + " the model's categories, so the model is served nevertheless. "
                                + remedy);
                return predict;
            }
            throw new StartException(problem, remedy, e);
        }
    }

    /**
     * Predicts an invented row together with the first one if the model takes it, otherwise only
     * the first one.
     */
    private void trySeveralRows(Map<String, Object> row, Batch batch) {
        RowMixing mixing = new RowMixing(batch);
        try {
            read(List.of(RowMixing.otherRow(row), row), batch);
            model.run(batch, 0, 3);
        } catch (InvalidRowsException | RunException e) {
            tryTwoRows(row, batch);
            return;
        }
        double gap = mixing.gap(batch, model.isHalfPrecision());
        if (gap > 0) {
            LOG.warning(
                    "The model mixes the rows of an array: its predictions for the same row, alone"
                            + " and beside others, are "
                            + gap
                            + " apart. It therefore runs row by row, which takes longer for arrays."
                            + " Export it again without means, sums or the like over the rows.");
            model.runRowByRow();
        }
    }

    private void tryTwoRows(Map<String, Object> row, Batch batch) {
        try {
            read(List.of(row, row), batch);
            model.run(batch, batch.size() - 2, 2);
        } catch (RunException e) {
            throw new StartException(
                    "The model predicts one row, but fails for two at a time: "
                            + e.getMessage()
                            + ".",
                    "Export it again with N left open in every step, or with N fixed to 1.",
                    e);
        }
    }

    /**
     * @throws InvalidRowsException if the row is null, or a feature is missing or has an invalid
     *     value
     * @throws PredictionException if the model fails for the row
     */
    @Override
    public Prediction apply(@Nullable Map<String, Object> row) {
        return applyAll(Collections.singletonList(row)).getFirst();
    }

    /**
     * Predicts rows in one call of the runtime if the graph allows it.
     *
     * @param rows feature name to value, as for {@link #apply}
     * @return one prediction for each row, in the same order
     * @throws InvalidRowsException if rows have faults; it lists all of them with their rows
     * @throws PredictionException if the model fails for rows; it lists all of them
     */
    public List<Prediction> applyAll(
            List<? extends @Nullable Map<String, ? extends @Nullable Object>> rows) {
        try (Batch batch = model.batch()) {
            read(rows, batch);
            applyAll(batch);
            observer.predicted(batch, TraceContext.continuing(null));
            return predictions(batch);
        } catch (InvalidRowsException e) {
            observer.refused(e.faults());
            throw e;
        }
    }

    /**
     * Predicts the first row again to check that the model still works.
     *
     * @throws RuntimeException if it does not
     */
    public void check() {
        try (Batch batch = model.batch()) {
            read(List.of(FirstRow.of(model)), batch);
            run(batch);
        }
    }

    /**
     * Predicts every row of a batch in one call of the runtime if the graph allows it.
     *
     * @throws PredictionException if the model fails for rows or predicts numbers that are not
     *     finite; it lists all of these rows
     */
    public void applyAll(Batch batch) {
        run(batch);
        checkFinite(batch);
    }

    private void run(Batch batch) {
        try {
            model.run(batch, 0, batch.size());
        } catch (RunException e) {
            throw new PredictionException(failuresAlone(batch, e), e);
        }
    }

    private static void checkFinite(Batch batch) {
        boolean finite = true;
        for (int row = 0; row < batch.size(); row++) {
            finite &= batch.isFinite(row);
        }
        if (!finite) {
            throw new PredictionException(notFinite(batch), null);
        }
    }

    /**
     * Adds rows to a batch.
     *
     * @param rows feature name to value, as for {@link #apply}
     * @throws InvalidRowsException if rows have faults; it lists all of them, numbered from the
     *     first of these rows
     */
    public void read(
            List<? extends @Nullable Map<String, ? extends @Nullable Object>> rows, Batch batch) {
        MapFaults faults = new MapFaults(model.features());
        for (int row = 0; row < rows.size(); row++) {
            read(row, rows.get(row), batch, faults);
        }
        faults.throwIfAny();
    }

    private void read(
            int number,
            @Nullable Map<String, ? extends @Nullable Object> row,
            Batch batch,
            MapFaults faults) {
        if (row == null) {
            faults.addNull(number);
            return;
        }
        batch.addRow();
        for (Column column : batch.columns()) {
            String problem = put(row, column, batch);
            if (problem != null) {
                faults.add(number, row, column.feature().name(), problem);
            }
        }
    }

    private static @Nullable String put(
            Map<String, ? extends @Nullable Object> row, Column column, Batch batch) {
        String name = column.feature().name();
        Object value = row.get(name);
        return value != null || row.containsKey(name)
                ? column.put(batch, value)
                : column.putMissing(batch, true);
    }

    /**
     * Predicts one row of a batch alone, after the model failed for the batch.
     *
     * @return the failure, as the end of a sentence; null if the row is predicted
     */
    public @Nullable String applyAlone(Batch batch, int row) {
        String failure = failureAlone(batch, row);
        return failure != null || batch.isFinite(row) ? failure : notFinite(batch, row);
    }

    private @Nullable String failureAlone(Batch batch, int row) {
        try {
            model.run(batch, row, 1);
            return null;
        } catch (RunException e) {
            return "the model fails: " + e.getMessage();
        }
    }

    private static String notFinite(Batch batch, int row) {
        double prediction = batch.prediction(row);
        return Double.isFinite(prediction)
                ? "the interval of the prediction "
                        + prediction
                        + " is "
                        + batch.lower(row)
                        + " to "
                        + batch.upper(row)
                : "the model predicts " + prediction;
    }

    /** The rows that fail when each is predicted alone. */
    private Faults failuresAlone(Batch batch, RunException failure) {
        Faults faults = new Faults();
        for (int row = 0; row < batch.size(); row++) {
            String problem = failureAlone(batch, row);
            if (problem != null) {
                faults.add(row, null, problem);
            }
        }
        if (faults.isEmpty()) {
            faults.add(0, null, "the model fails for all rows together: " + failure.getMessage());
        }
        return faults;
    }

    private static Faults notFinite(Batch batch) {
        Faults faults = new Faults();
        for (int row = 0; row < batch.size(); row++) {
            if (!batch.isFinite(row)) {
                faults.add(row, null, notFinite(batch, row));
            }
        }
        return faults;
    }

    /** The predictions that {@link #applyAll} has left in a batch. */
    public List<Prediction> predictions(Batch batch) {
        return IntStream.range(0, batch.size()).mapToObj(row -> prediction(batch, row)).toList();
    }

    private Prediction prediction(Batch batch, int row) {
        return new Prediction(
                "ok",
                batch.prediction(row),
                model.hasInterval() ? List.of(batch.lower(row), batch.upper(row)) : null,
                names(batch, row, batch::nextOutOfRange),
                names(batch, row, batch::nextUnknownCategory),
                modelId);
    }

    private static @Nullable List<String> names(Batch batch, int row, NextColumn next) {
        int column = next.in(row, 0);
        if (column < 0) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (; column >= 0; column = next.in(row, column + 1)) {
            names.add(batch.columns().get(column).feature().name());
        }
        return names;
    }

    /** Returns the next column of a row, starting at the given one; -1 if there is none. */
    private interface NextColumn {
        int in(int row, int column);
    }
}
