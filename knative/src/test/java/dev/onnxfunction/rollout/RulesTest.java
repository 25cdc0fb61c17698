package dev.onnxfunction.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Rules of this code base that no compiler knows. */
class RulesTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIsFor() throws IOException {
        List<Path> packages = sources().map(Path::getParent).distinct().toList();

        assertThat(packages)
                .isNotEmpty()
                .allSatisfy(
                        folder ->
                                assertThat(folder.resolve("package-info.java"))
                                        .content()
                                        .startsWith("/**")
                                        .contains("@NullMarked"));
    }

    @Test
    void theDecisionReadsNoClockAndTalksToNothing() throws IOException {
        assertThat(sources().filter(file -> file.toString().contains("/engine/")))
                .isNotEmpty()
                .allSatisfy(
                        file ->
                                assertThat(file)
                                        .content()
                                        .doesNotContain("Instant.now", "java.io", "java.net")
                                        .doesNotContain("java.time.Clock", "InstantSource"));
    }

    private static Stream<Path> sources() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
