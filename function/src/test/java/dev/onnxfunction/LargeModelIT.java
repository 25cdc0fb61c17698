package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;
import dev.onnxfunction.testing.LargeForest;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Memory of the image's process with a model of more than 200 MB. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads the memory of the process from /proc")
class LargeModelIT {

    private static final long LEAST_SIZE = 200_000_000;

    /**
     * Largest allowed memory beyond that of a tiny model, as a multiple of the files' size. ONNX
     * Runtime holds up to two copies of the weights: as they are in the file, and as it computes
     * with them.
     */
    private static final double MOST_MEMORY = 2.5;

    private static final double MOST_MEMORY_OF_FOREST = 2.1;

    private static final String ROWS = "[{\"a\":1.5,\"b\":2},{\"b\":0,\"a\":4}]";

    /** Peak memory with a tiny model, in bytes. */
    private static long tiny;

    @BeforeAll
    static void measureATinyModel(@TempDir Path folder) throws IOException {
        tiny = peak(OnnxGraph.linear(0, 1, 1).write(folder));
    }

    @Test
    void aModelWithItsWeightsIsNotReadIntoTheHeapFirst(@TempDir Path folder) throws Exception {
        int width = 1024;
        int layers = 48;
        Path model = folder.resolve("model.onnx");
        append(
                model,
                new OnnxGraph()
                        .input("x", Element.FLOAT, OnnxGraph.N, 2)
                        .floats("wide", new long[] {2, width}, identity(2, width))
                        .node("MatMul", "x wide", "layer0"));
        for (int layer = 1; layer <= layers; layer++) {
            String weights = "weights" + layer;
            append(
                    model,
                    new OnnxGraph()
                            .floats(weights, new long[] {width, width}, identity(width, width))
                            .node(
                                    "MatMul",
                                    "layer" + (layer - 1) + " " + weights,
                                    "layer" + layer));
        }
        append(model, sum(new OnnxGraph(), "layer" + layers, Element.FLOAT));

        assertMemory(model, Files.size(model), MOST_MEMORY);
    }

    @Test
    void weightsInASecondFileAreLoadedFromTheFolderOfTheModel(@TempDir Path folder)
            throws Exception {
        int width = 5120;
        Path weights = folder.resolve("weights.bin");
        ByteBuffer row = ByteBuffer.allocate(width * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = Files.newOutputStream(weights)) {
            for (int i = 0; i < width; i++) {
                row.putDouble(i * Double.BYTES, 1);
                out.write(row.array());
                row.putDouble(i * Double.BYTES, 0);
            }
        }
        double[] wide = new double[2 * width];
        wide[0] = 1;
        wide[width + 1] = 1;
        OnnxGraph graph =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 2)
                        .doubles("wide", new long[] {2, width}, wide)
                        .externalDoubles("weights", new long[] {width, width}, "weights.bin")
                        .node("MatMul", "x wide", "first")
                        .node("MatMul", "first weights", "second");

        assertMemory(
                sum(graph, "second", Element.DOUBLE).write(folder),
                Files.size(weights),
                MOST_MEMORY);
    }

    @Test
    void aForestAsOthersExportItIsRewrittenWhileItIsLoaded(@TempDir Path folder) throws Exception {
        Path model = folder.resolve("forest.onnx");
        new LargeForest(640, "NONE").write(model);

        assertMemory(model, Files.size(model), MOST_MEMORY_OF_FOREST);
    }

    @Test
    void aForestThatCannotBeRewrittenIsLoadedAsItIs(@TempDir Path folder) throws Exception {
        Path model = folder.resolve("forest.onnx");
        new LargeForest(120, "LOGISTIC").write(model);

        try (FunctionProcess function = start(model)) {
            assertThat(function.post(ROWS)).contains("\"predict\":3.5}", "\"predict\":4.0}");
            function.terminate();
            function.exitCode();
            assertThat(function.output())
                    .contains(
                            "WARNING The forest in " + model + " has post_transform LOGISTIC, so");
        }
    }

    @Test
    void aForestThatIsCutOffIsRefusedAsAnyOtherModel(@TempDir Path folder) throws Exception {
        Path model = folder.resolve("forest.onnx");
        new LargeForest(120, "NONE").write(model);
        try (FileChannel file = FileChannel.open(model, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 100_000);
        }

        try (FunctionProcess function = FunctionProcess.launch(FunctionProcess.IMAGE, of(model))) {
            assertThat(function.exitCode()).isEqualTo(1);
            assertThat(function.output())
                    .hasLineCount(1)
                    .contains("The model " + model + " is not an ONNX file, or is cut off.");
        }
    }

    /**
     * It may be less than the files' size, because a process with a tiny model also holds the
     * garbage of the start.
     */
    private static void assertMemory(Path model, long size, double most) throws Exception {
        assertThat(size).isGreaterThan(LEAST_SIZE);
        assertThat((peak(model) - tiny) / (double) size)
                .as("peak memory over that of a tiny model, of the size of the files")
                .isBetween(0.7, most);
    }

    /** Returns the peak memory of the process in bytes, after its first answer. */
    private static long peak(Path model) throws IOException {
        try (FunctionProcess function = start(model)) {
            assertThat(function.post(ROWS))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"predict\":3.5}", "\"predict\":4.0}");
            return Files.readAllLines(Path.of("/proc/" + function.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static FunctionProcess start(Path model) throws IOException {
        return FunctionProcess.start(FunctionProcess.IMAGE, of(model));
    }

    private static Map<String, String> of(Path model) {
        return Map.of("MODEL_LOCATION", model.toString(), "MODEL_FEATURES", "a,b");
    }

    /** Adds the sum of a row's columns as the prediction. */
    private static OnnxGraph sum(OnnxGraph graph, String columns, Element type) {
        return graph.longs("columns", new long[] {1}, 1)
                .node("ReduceSum", columns + " columns", "y")
                .output("y", type, OnnxGraph.N, 1);
    }

    private static float[] identity(int rows, int columns) {
        float[] matrix = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            matrix[i * columns + i] = 1;
        }
        return matrix;
    }

    /**
     * Appends to the file: concatenated protobuf messages are one message with the fields of all.
     */
    private static void append(Path file, OnnxGraph part) throws IOException {
        Files.write(file, part.toBytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
