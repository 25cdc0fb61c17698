package dev.onnxfunction.examples.spark;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.Prediction;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

@Tag("slow")
class SparkApplicationTest {

    private static final Path TRAINING = Path.of("..", "..", "..", "training-notebook-export");
    private static final Path MODEL = TRAINING.resolve("model").resolve("model.onnx");

    /** More partitions than threads, so that a thread has several. */
    private static final int PARTITIONS = 4;

    private static final String SCHEMA =
            "CRIM double, ZN double, INDUS double, CHAS int, NOX double, RM double, AGE double,"
                    + " DIS double, RAD int, TAX int, PTRATIO double, B double, LSTAT double,"
                    + " MEDV double";

    private static SparkSession start(Path folder) {
        return SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                // To generate and compile code takes longer than to do without, for so few rows.
                .config("spark.sql.codegen.wholeStage", false)
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", PARTITIONS)
                .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                .getOrCreate();
    }

    @Test
    void predictionsAreThoseOfTheFunctionAndEachJvmLoadsTheModelOnce(@TempDir Path folder)
            throws IOException {
        String in = folder.resolve("rows.parquet").toString();
        String out = folder.resolve("predictions.parquet").toString();
        try (SparkSession spark = start(folder)) {
            rows(spark).write().parquet(in);
            SparkApplication.predict(spark.read().parquet(in), MODEL.toString())
                    .write()
                    .parquet(out);

            List<Row> predicted = spark.read().parquet(out).collectAsList();
            assertThat(predicted).hasSize(507);
            assertThat(ExecutorModel.loads()).isEqualTo(1);
            try (OnnxModel model = OnnxModel.load(MODEL)) {
                Predict predict = Predict.with(model);
                assertThat(predicted)
                        .filteredOn(row -> !row.isNullAt(row.fieldIndex("RM")))
                        .hasSize(506)
                        .allSatisfy(row -> assertIsPredicted(row, predict));
            }
            assertThat(predicted)
                    .filteredOn(row -> row.isNullAt(row.fieldIndex("RM")))
                    .singleElement()
                    .satisfies(
                            row -> {
                                assertThat(row.<Object>getAs("predict")).isNull();
                                assertThat(row.<String>getAs("error")).isEqualTo("RM: missing");
                            });
        }
    }

    /** Returns the example's data, and a row with a missing value. */
    private static Dataset<Row> rows(SparkSession spark) {
        Dataset<Row> rows =
                spark.read()
                        .option("header", true)
                        .schema(SCHEMA)
                        .csv(TRAINING.resolve("boston.csv").toString());
        Dataset<Row> damaged = rows.limit(1).withColumn("RM", lit(null).cast("double"));
        return rows.union(damaged).repartition(PARTITIONS);
    }

    private static void assertIsPredicted(Row row, Predict predict) {
        Map<String, Object> features = new HashMap<>();
        for (String name : row.schema().fieldNames()) {
            if (name.equals(name.toUpperCase(Locale.ROOT))) {
                features.put(name, row.getAs(name));
            }
        }
        Prediction expected = predict.apply(features);
        assertThat(row.<Double>getAs("predict")).isEqualTo(expected.predict());
        assertThat(row.<Double>getAs("lower")).isEqualTo(expected.interval().get(0));
        assertThat(row.<Double>getAs("upper")).isEqualTo(expected.interval().get(1));
        assertThat(row.<String>getAs("error")).isNull();
    }
}
