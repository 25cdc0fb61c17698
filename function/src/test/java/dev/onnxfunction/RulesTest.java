package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Rules of this code base that no compiler knows. CONTRIBUTING.md names them. */
class RulesTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    @Test
    void oneClassKnowsTheRuntime() throws IOException {
        assertThat(sourcesWith(text -> text.contains("ai.onnxruntime")))
                .containsExactly(SOURCES.resolve("dev/onnxfunction/model/OnnxModel.java"));
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIsFor() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> packages =
                    files.filter(file -> file.toString().endsWith(".java"))
                            .map(Path::getParent)
                            .distinct()
                            .toList();
            assertThat(packages)
                    .isNotEmpty()
                    .allSatisfy(
                            folder ->
                                    assertThat(folder.resolve("package-info.java"))
                                            .content()
                                            .startsWith("/**")
                                            .contains("@NullMarked"));
        }
    }

    @Test
    void nothingIsPrintedPastTheLog() throws IOException {
        assertThat(
                        sourcesWith(
                                text ->
                                        text.contains("System.out")
                                                || text.contains("System.err")
                                                || text.contains("printStackTrace()")))
                .isEmpty();
    }

    private static List<Path> sourcesWith(Predicate<String> content) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> content.test(read(file)))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
