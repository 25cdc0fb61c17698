package dev.onnxfunction.bench;

import dev.onnxfunction.card.Feature;
import dev.onnxfunction.json.JsonWriter;
import dev.onnxfunction.metrics.PrometheusMetrics;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.observe.Exchange;
import dev.onnxfunction.observe.TraceContext;
import dev.onnxfunction.predict.Predict;
import dev.onnxfunction.predict.PredictionWriter;
import dev.onnxfunction.predict.RowReader;
import dev.onnxfunction.testing.Boston;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A request's processing in the function, as a whole and in parts, and ONNX Runtime alone, with the
 * JVM options of the container.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Xmn24m",
            "--enable-native-access=ALL-UNNAMED"
        })
public abstract class PredictionBenchmark {

    private static final Path FILE = Boston.FOLDER.resolve("model.onnx");
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private final OnnxModel model = OnnxModel.load(FILE);
    private final Predict predict = Predict.with(model);
    private final PredictionWriter writer = new PredictionWriter(model);
    private final Batch predicted = model.batch();
    private final PrometheusMetrics metrics = new PrometheusMetrics(model, null, () -> 0);
    private final TraceContext trace = TraceContext.continuing(null);
    private final Exchange exchange =
            new Exchange(
                    "POST",
                    "/predict",
                    "/predict",
                    200,
                    Exchange.OK,
                    300_000,
                    190,
                    80,
                    trace,
                    false,
                    false);
    private final RowReader reader;
    private final JacksonRows jackson;
    private final BareRuntime runtime;
    private final byte[] json;
    private final List<Map<String, Object>> maps;
    private final boolean array;

    /**
     * @param rows number of rows of a call; for 1, the JSON is an object instead of an array
     */
    PredictionBenchmark(int rows) {
        JsonNode all = Boston.parity().get("rows");
        List<JsonNode> nodes =
                IntStream.range(0, rows).mapToObj(row -> all.get(row % all.size())).toList();
        array = rows > 1;
        jackson = new JacksonRows(model.features().stream().map(Feature::name).toList(), rows);
        reader = new RowReader(model.features(), rows, 1_000_000);
        json = (array ? nodes : nodes.getFirst()).toString().getBytes(StandardCharsets.UTF_8);
        maps = nodes.stream().map(node -> JsonMapper.shared().convertValue(node, MAP)).toList();
        runtime = new BareRuntime(FILE, nodes.stream().map(this::vector).toArray(double[][]::new));
        reader.read(json, json.length, predicted);
        predict.applyAll(predicted);
        check();
    }

    @TearDown
    public void close() {
        predicted.close();
        runtime.close();
        model.close();
    }

    /** ONNX Runtime alone, as fast as possible. */
    @Benchmark
    public double runtimeInPlace() {
        return runtime.callInPlace();
    }

    /** ONNX Runtime alone, as its documentation shows. */
    @Benchmark
    public double runtimeWithArrays() {
        return runtime.callWithArrays();
    }

    /** The bean of Spring Cloud Function, row by row. */
    @Benchmark
    public double predictMap() {
        double sum = 0;
        for (Map<String, Object> map : maps) {
            sum += predict.apply(map).predict();
        }
        return sum;
    }

    /** The whole processing from the body of the request to the body of the response. */
    @Benchmark
    public JsonWriter jsonToJson() {
        try (Batch batch = model.batch()) {
            reader.read(json, json.length, batch);
            predict.applyAll(batch);
            return writer.write(batch, array);
        }
    }

    /** From JSON to the model's input memory. */
    @Benchmark
    public int parse() {
        try (Batch batch = model.batch()) {
            reader.read(json, json.length, batch);
            return batch.size();
        }
    }

    /** From JSON to an array, with Jackson's streaming parser. */
    @Benchmark
    public double[] parseWithJackson() {
        return jackson.read(json);
    }

    /** From the model's output memory to JSON. */
    @Benchmark
    public JsonWriter write() {
        return writer.write(predicted, array);
    }

    /** The cost of the metrics for a request. */
    @Benchmark
    public PrometheusMetrics count() {
        metrics.predicted(predicted, trace);
        metrics.answered(exchange);
        return metrics;
    }

    private Map<String, Object> firstRow(double[] values) {
        return IntStream.range(0, model.features().size())
                .boxed()
                .collect(Collectors.toMap(i -> model.features().get(i).name(), i -> values[i]));
    }

    private double[] vector(JsonNode row) {
        return model.features().stream()
                .mapToDouble(feature -> row.get(feature.name()).asDouble())
                .toArray();
    }

    /** All variants must give the same prediction; otherwise they are not comparable. */
    private void check() {
        double expected = predicted.prediction(0);
        double[] others = {
            runtime.callInPlace(),
            runtime.callWithArrays(),
            predict.apply(maps.getFirst()).predict(),
            predict.apply(firstRow(jackson.read(json))).predict()
        };
        for (double other : others) {
            if (Math.abs(other - expected) > 1e-9 * Math.abs(expected)) {
                throw new IllegalStateException(other + " is predicted, must be " + expected);
            }
        }
    }

    /** One row in each call. */
    public static class OneRow extends PredictionBenchmark {

        public OneRow() {
            super(1);
        }
    }

    /** A thousand rows in each call. */
    public static class ThousandRows extends PredictionBenchmark {

        public ThousandRows() {
            super(1000);
        }
    }
}
