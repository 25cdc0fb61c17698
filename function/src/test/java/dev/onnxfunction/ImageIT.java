package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The layout of the container image. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no image of Windows")
class ImageIT extends ProcessContract {

    private static final Path LAYOUT = Path.of("target", "image");

    ImageIT() {
        super(FunctionProcess.IMAGE);
    }

    @Test
    void theJvmTakesTheCacheOfClasses() throws Exception {
        Map<String, String> orElseFail = Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, orElseFail)) {
            assertThat(function.post(ROW)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void nothingIsInItThatTheFunctionDoesNotNeed() throws IOException {
        try (Stream<Path> files = Files.walk(LAYOUT)) {
            assertThat(files.map(LAYOUT::relativize).map(Path::toString))
                    .noneMatch(
                            name ->
                                    name.matches(
                                            ".*(boot|test|junit|kotlin|slf4j|log4j|logback).*"))
                    .filteredOn(name -> name.contains("onnxruntime") && !name.endsWith(".jar"))
                    .hasSize(2);
        }
    }
}
