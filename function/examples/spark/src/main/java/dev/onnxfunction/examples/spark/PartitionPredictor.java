package dev.onnxfunction.examples.spark;

import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.Prediction;
import dev.onnxfunction.predict.PredictionException;

import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Predicts the rows of a partition, many in each call of the model. A refused row does not fail the
 * job: it gets an error instead of a prediction.
 *
 * @param file name of the model file, which the driver has added to the job
 */
record PartitionPredictor(String file) implements MapPartitionsFunction<Row, Row> {

    /** Maximum rows of one call of the model. */
    private static final int BATCH = 1024;

    /** Returns the columns of the rows, followed by the added columns. */
    static StructType schema(StructType rows) {
        return rows.add("predict", DataTypes.DoubleType)
                .add("lower", DataTypes.DoubleType)
                .add("upper", DataTypes.DoubleType)
                .add("outOfRange", DataTypes.createArrayType(DataTypes.StringType))
                .add("unknownCategory", DataTypes.createArrayType(DataTypes.StringType))
                .add("error", DataTypes.StringType);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        Predict predict = ExecutorModel.of(file);
        Iterable<Row> all = () -> rows;
        return StreamSupport.stream(all.spliterator(), false)
                .gather(Gatherers.windowFixed(BATCH))
                .flatMap(batch -> predict(batch, predict))
                .iterator();
    }

    private static Stream<Row> predict(List<Row> batch, Predict predict) {
        try {
            List<Prediction> predictions =
                    predict.applyAll(batch.stream().map(PartitionPredictor::features).toList());
            List<Row> predicted = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                predicted.add(predicted(batch.get(i), predictions.get(i)));
            }
            return predicted.stream();
        } catch (InvalidRowsException | PredictionException e) {
            return batch.stream().map(row -> predictAlone(row, predict));
        }
    }

    private static Row predictAlone(Row row, Predict predict) {
        try {
            return predicted(row, predict.apply(features(row)));
        } catch (InvalidRowsException e) {
            return refused(row, e.faults());
        } catch (PredictionException e) {
            return refused(row, e.faults());
        }
    }

    private static Row refused(Row row, Faults faults) {
        String error =
                faults.listed().stream()
                        .map(PartitionPredictor::problem)
                        .collect(Collectors.joining("; "));
        return with(row, null, null, null, null, null, error);
    }

    private static String problem(Fault fault) {
        return fault.feature() == null ? fault.problem() : fault.feature() + ": " + fault.problem();
    }

    private static Row predicted(Row row, Prediction prediction) {
        List<Double> interval = prediction.interval();
        return with(
                row,
                prediction.predict(),
                interval == null ? null : interval.get(0),
                interval == null ? null : interval.get(1),
                array(prediction.outOfRange()),
                array(prediction.unknownCategory()),
                null);
    }

    private static String[] array(List<String> names) {
        return names == null ? new String[0] : names.toArray(String[]::new);
    }

    /** A null is a missing value, like an absent member in JSON. */
    private static Map<String, Object> features(Row row) {
        Map<String, Object> features = new HashMap<>();
        String[] names = row.schema().fieldNames();
        for (int i = 0; i < names.length; i++) {
            if (!row.isNullAt(i)) {
                features.put(names[i], row.get(i));
            }
        }
        return features;
    }

    private static Row with(Row row, Object... added) {
        Object[] values = new Object[row.size() + added.length];
        for (int i = 0; i < row.size(); i++) {
            values[i] = row.get(i);
        }
        System.arraycopy(added, 0, values, row.size(), added.length);
        return RowFactory.create(values);
    }
}
