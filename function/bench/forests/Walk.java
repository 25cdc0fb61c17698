import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Predicts rows with ONNX Runtime. For a line {@code ROWS CALLS} on standard input it prints how
 * many nanoseconds these calls took, for a line {@code predict} the predictions of the first
 * thousand rows. The arguments are the model, a file of rows in little-endian floats, and options
 * {@code name=value}.
 */
final class Walk {

    private static final int FEATURES = 13;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final float[][] rows;
    private final ExecutorService halves = Executors.newFixedThreadPool(2);
    private final OrtSession session;
    private final boolean doubles;
    private final Map<String, String> options;
    private int next;

    private Walk(String model, Path rowsFile, Map<String, String> options)
            throws OrtException, IOException {
        this.options = options;
        FloatBuffer values =
                ByteBuffer.wrap(Files.readAllBytes(rowsFile))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        rows = new float[values.remaining() / FEATURES][FEATURES];
        for (float[] row : rows) {
            values.get(row);
        }
        OrtSession.SessionOptions settings = new OrtSession.SessionOptions();
        settings.setIntraOpNumThreads(Integer.parseInt(options.getOrDefault("threads", "1")));
        settings.setInterOpNumThreads(Integer.parseInt(options.getOrDefault("inter", "1")));
        settings.addConfigEntry(
                "session.intra_op.allow_spinning", options.getOrDefault("spin", "0"));
        if (options.containsKey("inter")) {
            settings.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.PARALLEL);
        }
        session = environment.createSession(model, settings);
        TensorInfo input = (TensorInfo) session.getInputInfo().get("x").getInfo();
        doubles = input.type == OnnxJavaType.DOUBLE;
    }

    public static void main(String[] words) throws Exception {
        Map<String, String> options =
                Arrays.stream(words)
                        .skip(2)
                        .map(word -> word.split("="))
                        .collect(Collectors.toMap(option -> option[0], option -> option[1]));
        Walk walk = new Walk(words[0], Path.of(words[1]), options);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("predict")) {
                System.out.println(Arrays.toString(walk.predict(Arrays.copyOf(walk.rows, 1000))));
            } else {
                String[] numbers = line.split(" ");
                System.out.println(
                        walk.nanoseconds(
                                Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])));
            }
        }
        System.exit(0);
    }

    /** Each call gets other rows, because the paths of the last ones are still in the caches. */
    private long nanoseconds(int size, int calls) throws Exception {
        long start = System.nanoTime();
        for (int call = 0; call < calls; call++) {
            next = next + size > rows.length ? 0 : next;
            predict(Arrays.copyOfRange(rows, next, next + size));
            next += size;
        }
        return System.nanoTime() - start;
    }

    private float[] predict(float[][] batch) throws Exception {
        Integer[] order = IntStream.range(0, batch.length).boxed().toArray(Integer[]::new);
        if (options.containsKey("sort")) {
            int feature = Integer.parseInt(options.get("sort"));
            Arrays.sort(order, Comparator.comparingDouble(row -> batch[row][feature]));
        }
        float[] predictions = new float[batch.length];
        int size = Integer.parseInt(options.getOrDefault("rows", "1000000"));
        List<Callable<Void>> calls = new ArrayList<>();
        if (options.containsKey("halves")) {
            size = (batch.length + 1) / 2;
        }
        for (int from = 0; from < batch.length; from += size) {
            List<Integer> part = List.of(order).subList(from, Math.min(batch.length, from + size));
            calls.add(() -> predict(batch, part, predictions));
        }
        if (options.containsKey("halves")) {
            for (Future<Void> each : halves.invokeAll(calls)) {
                each.get();
            }
        } else {
            for (Callable<Void> each : calls) {
                each.call();
            }
        }
        return predictions;
    }

    private Void predict(float[][] batch, List<Integer> part, float[] predictions)
            throws OrtException {
        try (OnnxTensor x = tensor(batch, part);
                OrtSession.Result result = session.run(Map.of("x", x))) {
            FloatBuffer y = ((OnnxTensor) result.get(0)).getFloatBuffer();
            for (int row : part) {
                predictions[row] = y.get();
            }
        }
        return null;
    }

    private OnnxTensor tensor(float[][] batch, List<Integer> part) throws OrtException {
        long[] shape = {part.size(), FEATURES};
        ByteBuffer memory =
                ByteBuffer.allocateDirect(part.size() * FEATURES * Double.BYTES)
                        .order(ByteOrder.nativeOrder());
        DoubleBuffer wide = memory.asDoubleBuffer();
        FloatBuffer narrow = memory.asFloatBuffer();
        for (int row : part) {
            for (float value : batch[row]) {
                if (doubles) {
                    wide.put(value);
                } else {
                    narrow.put(value);
                }
            }
        }
        return doubles
                ? OnnxTensor.createTensor(environment, wide.flip(), shape)
                : OnnxTensor.createTensor(environment, narrow.flip(), shape);
    }
}
