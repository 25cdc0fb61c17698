package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules of the function's modules that the compiler cannot check. CONTRIBUTING.md lists them. */
class RulesTest {

    private static final Pattern MODULE = Pattern.compile("<module>(.+)</module>");
    private static final Pattern OFF =
            Pattern.compile(
                    "(?m)^import (static"
                        + " )?(android|androidx|com\\.google|com\\.sun\\.source|dagger|io\\.reactivex"
                        + "|jakarta\\.inject|javax\\.inject|junit|org\\.joda|org\\.junit\\.[A-Z]\\w*"
                        + "|org\\.junit\\.(experimental|rules|runner)|org\\.mockito|rx)\\b");
    private static final Pattern PACKAGE = Pattern.compile("packages=\"\\$packages ([^ \"]+)\"");

    @Test
    void onePackageKnowsTheRuntime() throws IOException {
        assertThat(sourcesWith(text -> text.contains("ai.onnxruntime")))
                .extracting(file -> Project.FUNCTION.relativize(file).getParent())
                .containsOnly(Path.of("core/src/main/java/dev/onnxfunction/model"));
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIsFor() throws IOException {
        List<Path> packages = sources().stream().map(Path::getParent).distinct().toList();
        assertThat(packages)
                .hasSizeGreaterThan(10)
                .allSatisfy(
                        folder ->
                                assertThat(folder.resolve("package-info.java"))
                                        .content()
                                        .startsWith("/**")
                                        .contains("@NullMarked"));
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

    @Test
    void noTwoClassesShareAName() throws IOException {
        assertThat(sources())
                .extracting(file -> file.getFileName().toString())
                .filteredOn(name -> !name.equals("package-info.java"))
                .doesNotHaveDuplicates();
    }

    /** The image is tested by the classes and methods that have its tag. */
    @Test
    void everyClassOfTestsThatServersShareAlsoRunsOnTheImage() throws IOException {
        try (Stream<Path> files = Files.walk(Project.FUNCTION.resolve("testing/src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith("Test.java")))
                    .hasSizeGreaterThan(10)
                    .allSatisfy(
                            file ->
                                    assertThat(file)
                                            .content()
                                            .contains("@Tag(TestedServer.IMAGE)\n"));
        }
    }

    @Test
    void theSourcesOfAllModulesAreLinted() {
        String lint = read(Project.ROOT.resolve(".mvn/lint/pom.xml"));
        assertThat(modules(Project.ROOT).flatMap(RulesTest::sourceFolders))
                .hasSizeGreaterThan(20)
                .allSatisfy(
                        folder ->
                                assertThat(lint)
                                        .contains("/" + Project.ROOT.relativize(folder) + "<"));
    }

    /** Error Prone's checks of these libraries are off. */
    @Test
    void noSourceImportsALibraryWhoseChecksAreOff() throws IOException {
        List<Path> folders = modules(Project.ROOT).flatMap(RulesTest::sourceFolders).toList();
        assertThat(folders).hasSizeGreaterThan(20);
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                assertThat(files.filter(file -> file.toString().endsWith(".java")))
                        .isNotEmpty()
                        .allSatisfy(file -> assertThat(file).content().doesNotContainPattern(OFF));
            }
        }
    }

    @Test
    void theDevContainerHasThePackagesOfContinuousIntegration() throws IOException {
        JsonNode container =
                JsonMapper.shared()
                        .readTree(Project.ROOT.resolve(".devcontainer/devcontainer.json").toFile());
        assertThat(container.get("image").asString()).contains("/python:3.");
        Set<String> ofTheImage = Set.of("python3", "python3-venv", "curl", "git");
        Stream<String> ofIntegration =
                PACKAGE.matcher(read(Project.ROOT.resolve(".ci/run")))
                        .results()
                        .map(found -> found.group(1))
                        .filter(name -> !ofTheImage.contains(name));

        assertThat(ofIntegration.toList())
                .hasSizeGreaterThan(5)
                .isSubsetOf(List.of(container.get("postCreateCommand").asString().split(" ")));
    }

    private static List<Path> sourcesWith(Predicate<String> content) throws IOException {
        return sources().stream().filter(file -> content.test(read(file))).toList();
    }

    /** Returns the production sources of the modules, without test tools and examples. */
    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Project.FUNCTION)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> !file.toString().matches(".*/function/(testing|examples)/.*"))
                    .toList();
        }
    }

    /** Returns the folders of all modules below a module. */
    private static Stream<Path> modules(Path folder) {
        return MODULE.matcher(read(folder.resolve("pom.xml")))
                .results()
                .map(found -> folder.resolve(found.group(1)))
                .flatMap(module -> Stream.concat(Stream.of(module), modules(module)));
    }

    private static Stream<Path> sourceFolders(Path module) {
        return Stream.of("src/main/java", "src/test/java")
                .map(module::resolve)
                .filter(Files::isDirectory);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
