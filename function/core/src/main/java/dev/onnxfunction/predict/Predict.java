package dev.onnxfunction.predict;

import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.model.ModelCard;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.model.RunException;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.start.StartException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * The function: a row, feature name to value, becomes a prediction. Thread-safe.
 *
 * <p>Values are what a JSON library makes of JSON: numbers, booleans, strings, null. Members that
 * are no feature are ignored.
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
     * Makes the function of a model, and a prediction of one row and of several: who has it knows
     * that the model answers. That it answers a finite number is only expected for the example of
     * its card, as a row made up of zeros may have no logarithm; and if it fails for a row with
     * made-up categories, that is a warning in the log.
     *
     * @throws StartException if the model fails otherwise
     */
    public static Predict with(OnnxModel model) {
        return with(model, Observer.NONE);
    }

    /**
     * Likewise, for rows that are maps to be counted, too.
     *
     * @param observer is told of the rows of {@link #apply} and {@link #applyAll(List)}
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
                    "Put a row that the model takes into its card as \"example\", as the command"
                            + " `card` of training-notebook-export does.";
            if (FirstRow.hasMadeUpCategories(model)) {
                LOG.warning(
                        problem
                                + " Its row is made up of zeros and empty texts, which may be none"
                                + " of the model's categories, so it is served all the same. "
                                + remedy);
                return predict;
            }
            throw new StartException(problem, remedy, e);
        }
    }

    /** A row that is made up beside the first one, if the model takes it, else only that one. */
    private void trySeveralRows(Map<String, Object> row, Batch batch) {
        double gap;
        try {
            gap = RowMixing.gap(model, this, row, batch);
        } catch (InvalidRowsException | RunException e) {
            tryTwoRows(row, batch);
            return;
        }
        if (gap > 0) {
            LOG.warning(
                    "The model mixes the rows of an array: its predictions for the same row, alone"
                            + " and beside others, are "
                            + gap
                            + " apart. So it runs row by row, which takes longer for arrays. Export"
                            + " it again without means, sums or the like over the rows.");
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
     * @throws InvalidRowsException if a feature is missing or its value is not one the model takes
     * @throws PredictionException if the model fails for the row
     */
    @Override
    public Prediction apply(Map<String, Object> row) {
        return applyAll(List.of(row)).getFirst();
    }

    /**
     * Predicts rows, in one call of the runtime where the graph allows it.
     *
     * @param rows feature name to value, as for {@link #apply}
     * @return as many predictions, in the same order
     * @throws InvalidRowsException if rows have faults: all of them are listed, with their rows
     * @throws PredictionException if the model fails for rows: all of them are listed
     */
    public List<Prediction> applyAll(List<? extends Map<String, ? extends @Nullable Object>> rows) {
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
     * Predicts the row again that it predicted first, to see whether the model still answers.
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
     * Predicts every row of a batch, in one call of the runtime where the graph allows it.
     *
     * @throws PredictionException if the model fails for a row, or predicts a number that is not
     *     finite: all such rows are told
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
     * @throws InvalidRowsException if rows have faults: all of them are listed, and counted from
     *     the first of these rows
     */
    public void read(List<? extends Map<String, ? extends @Nullable Object>> rows, Batch batch) {
        MapFaults faults = null;
        for (int row = 0; row < rows.size(); row++) {
            batch.addRow();
            for (Column column : batch.columns()) {
                String problem = put(rows.get(row), column, batch);
                if (problem != null) {
                    faults = faults == null ? new MapFaults(model.features()) : faults;
                    faults.add(row, rows.get(row), column.feature().name(), problem);
                }
            }
        }
        if (faults != null) {
            throw new InvalidRowsException(faults.all());
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
     * Predicts one row of a batch alone, where the model fails for the batch.
     *
     * @return what is wrong, as the end of a sentence; null if the row is predicted
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
        return "the model predicts " + batch.prediction(row);
    }

    /** The rows that fail when each is run alone. */
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

    /** The predictions of a batch, as {@link #applyAll} has left them there. */
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

    /** The next column of a row, from one on; -1 if there is none. */
    private interface NextColumn {
        int in(int row, int column);
    }
}
