package dev.onnxfunction.examples.spark;

import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.Predict;

import org.apache.spark.SparkFiles;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The models of this JVM. Each is loaded once, when a task first needs it, and stays until the
 * executor ends. All tasks of the executor share it, because {@link Predict} is thread-safe.
 */
final class ExecutorModel {

    private static final Map<String, Predict> MODELS = new ConcurrentHashMap<>();
    private static final AtomicInteger LOADS = new AtomicInteger();

    private ExecutorModel() {}

    /**
     * Returns the function of a model.
     *
     * @param file name of a file that the driver has added to the job
     */
    static Predict of(String file) {
        return MODELS.computeIfAbsent(file, ExecutorModel::load);
    }

    private static Predict load(String file) {
        LOADS.incrementAndGet();
        Path path = Path.of(SparkFiles.get(file));
        return Predict.with(OnnxModel.load(path));
    }

    /** Returns the number of loaded models. */
    static int loads() {
        return LOADS.get();
    }
}
