package dev.onnxfunction;

import dev.onnxfunction.model.forest.Rewritten;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** The examples that have forests, which are loaded here as large ones are. */
class RewrittenExamplesTest {

    @ParameterizedTest
    @ValueSource(strings = {"boosting", "california", "forest", "lightgbm"})
    void theyPredictAsTheirEstimatorsDo(String name, @TempDir Path folder) throws Exception {
        Path example = ExampleModelsTest.FOLDER.resolve(name);
        Path rewritten = folder.resolve("rewritten.onnx");
        Files.write(rewritten, Rewritten.of(example.resolve("model.onnx")));

        ExampleModelsTest.assertPredicts(example, rewritten);
    }
}
