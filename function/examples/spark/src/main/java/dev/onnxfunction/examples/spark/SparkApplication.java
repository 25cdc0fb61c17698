package dev.onnxfunction.examples.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

import java.io.IOException;
import java.nio.file.Path;

/** Predicts the rows of Parquet files: {@code spark-submit … INPUT OUTPUT MODEL}. */
public final class SparkApplication {

    private SparkApplication() {}

    /**
     * Runs the job.
     *
     * @param args path of the rows, path of the predictions, path of the model file
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            throw new IllegalArgumentException("Expected: INPUT OUTPUT MODEL");
        }
        try (SparkSession spark = SparkSession.builder().getOrCreate()) {
            predict(spark.read().parquet(args[0]), args[2]).write().parquet(args[1]);
        }
    }

    /**
     * Returns the rows with their predictions: columns {@code predict}, {@code lower}, {@code
     * upper}, {@code outOfRange}, {@code unknownCategory}, and {@code error} for refused rows.
     *
     * @param rows rows with a column for each feature of the model, and any others
     * @param model path of the model file, which is copied to every executor
     */
    public static Dataset<Row> predict(Dataset<Row> rows, String model) {
        rows.sparkSession().sparkContext().addFile(model);
        String file = String.valueOf(Path.of(model).getFileName());
        return rows.mapPartitions(
                new PartitionPredictor(file),
                Encoders.row(PartitionPredictor.schema(rows.schema())));
    }
}
