package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The layout of the container image. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no image of Windows")
class ImageIT extends ProcessContract {

    private static final Path LAYOUT = Path.of("target", "image");

    ImageIT() {
        super(FunctionProcess.IMAGE);
    }

    @Test
    void theJvmTakesEveryClassOfOursFromTheCache(@TempDir Path folder) throws Exception {
        Path loaded = folder.resolve("loaded");
        String options = "-XX:AOTMode=on -Xlog:class+load,class+init:file=" + loaded;
        try (FunctionProcess function =
                FunctionProcess.start(
                        FunctionProcess.IMAGE,
                        Map.of("JDK_JAVA_OPTIONS", options, "K_REVISION", "function-00001"))) {
            assertThat(function.post(ROW)).startsWith("HTTP/1.1 200");
        }
        List<String> classes = Files.readAllLines(loaded);
        assertThat(classes)
                .filteredOn(line -> line.contains(" dev.onnxfunction."))
                .hasSizeGreaterThan(50)
                .allMatch(line -> line.contains("shared objects file"));
        assertThat(classes)
                .as("forms of method handles that are made at the start, each in about 1 ms")
                .filteredOn(line -> line.contains(" source: __JVM_LookupDefineClass__"))
                .isEmpty();
        assertThat(classes)
                .as("what loads the JDK's security providers or their properties")
                .filteredOn(
                        line ->
                                line.matches(
                                        ".* Initializing"
                                                + " 'java.security.(Security|SecureRandom)'.*"))
                .isEmpty();
        assertThat(classes)
                .as("classes of the JDK that are not in the cache")
                .filteredOn(line -> line.contains(" source: jrt:/java.base"))
                .allMatch(
                        line ->
                                line.contains(" jdk.internal.event.")
                                        || line.contains(" java.util.HashMap$ValueIterator "));
    }

    /**
     * Jackson alone takes longer to load than a process takes to start. The AOT cache brings
     * CsvException along, which the verifier needs.
     */
    @Test
    void itLoadsNothingThatItsRequestsDoNotNeed(@TempDir Path folder) throws Exception {
        Path loaded = folder.resolve("loaded");
        String options = "-Xlog:class+load:file=" + loaded;
        try (FunctionProcess function =
                FunctionProcess.start(FunctionProcess.IMAGE, Map.of("JDK_JAVA_OPTIONS", options))) {
            assertThat(function.post(ROW)).startsWith("HTTP/1.1 200");
            assertThat(function.post("{}")).startsWith("HTTP/1.1 400");
            assertThat(function.post("/explain", ROW)).startsWith("HTTP/1.1 200");
        }
        assertThat(Files.readAllLines(loaded))
                .hasSizeGreaterThan(1000)
                .noneMatch(
                        line ->
                                line.matches(
                                        ".* (tools\\.jackson\\.databind\\.json\\.JsonMapper"
                                                + "|dev\\.onnxfunction\\.score\\.|picocli\\."
                                                + "|dev\\.onnxfunction\\.csv\\.(?!CsvException )"
                                                + "|io\\.(opentelemetry|micrometer\\.core"
                                                + "|prometheus)\\.).*"));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
    void itOpensNoConnectionOfItsOwn() throws Exception {
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, Map.of())) {
            for (int i = 0; i < 20; i++) {
                assertThat(function.post(ROW)).startsWith("HTTP/1.1 200");
                assertThat(remotePorts(function.pid())).as("remote ports").containsOnly(0);
                Thread.sleep(50);
            }
        }
    }

    /** The first calls are made by workers, because the model's speed is not known yet. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
    void batchesOfAQuickModelAreAnsweredOnEventLoopsOfTheirOwn() throws Exception {
        String batch = "[" + (ROW + ",").repeat(199) + ROW + "]";
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, Map.of())) {
            long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
            while (!threads(function.pid()).contains("batch-0")) {
                assertThat(System.nanoTime() - end).as("time over").isNegative();
                assertThat(function.post(batch)).startsWith("HTTP/1.1 200");
            }
        }
    }

    private static List<String> threads(long pid) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                names.add(Files.readString(thread.resolve("comm")).strip());
            }
        }
        return names;
    }

    /** Returns the remote ports of a process's sockets; 0 for a listening socket. */
    private static Set<Integer> remotePorts(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        for (String target : openFiles(pid)) {
            if (target.startsWith("socket:[")) {
                inodes.add(target.substring(8, target.length() - 1));
            }
        }
        Set<Integer> ports = new HashSet<>();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns.length > 9 && inodes.contains(columns[9])) {
                    ports.add(Integer.parseInt(columns[2].split(":", -1)[1], 16));
                }
            }
        }
        return ports;
    }

    /** Returns the paths of a process's open files; sockets have names such as socket:[1]. */
    private static List<String> openFiles(long pid) throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files.toList()) {
                targets.add(target(file));
            }
        }
        return targets;
    }

    /**
     * Returns the target of an open file's link, or an empty text if the file was closed in the
     * meantime.
     */
    private static String target(Path file) throws IOException {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Reading the tables of contents of the others would take a tenth of a start. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
    void aStartOpensOnlyTheJarsOfTheFilesThatItLooksFor() throws Exception {
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, Map.of())) {
            assertThat(function.post(ROW)).startsWith("HTTP/1.1 200");
            assertThat(openFiles(function.pid()))
                    .filteredOn(file -> file.endsWith(".jar"))
                    .extracting(file -> file.substring(file.lastIndexOf('/') + 1))
                    .containsExactlyInAnyOrder("first.jar", "second.jar");
        }
    }

    /** Otherwise, the start of logging or of Spring reads a large jar. */
    @Test
    void theFirstTwoJarsHaveWhatAStartLooksFor() throws IOException {
        List<String> options = Files.readAllLines(LAYOUT.resolve("jvm.options"));
        assertThat(options)
                .contains(
                        "-cp lib/first.jar:lib/second.jar:function.jar:native/onnxruntime.jar"
                                + ":lib/libraries.jar");
        for (String jar : List.of("lib/first.jar", "lib/second.jar")) {
            try (JarFile file = new JarFile(LAYOUT.resolve(jar).toFile())) {
                assertThat(file.stream().map(JarEntry::getName))
                        .as(jar)
                        .containsExactlyInAnyOrder(
                                "META-INF/services/java.lang.System$LoggerFinder",
                                "spring.properties");
            }
        }
    }

    @Test
    void allLibrariesAreInOneJarWithoutAnyThatTheFunctionDoesNotNeed() throws IOException {
        try (JarFile libraries =
                new JarFile(LAYOUT.resolve("lib").resolve("libraries.jar").toFile())) {
            assertThat(libraries.stream().map(JarEntry::getName))
                    .contains("org/springframework/core/SpringProperties.class")
                    .noneMatch(
                            name ->
                                    name.matches(
                                            "(ai/onnxruntime|dev/onnxfunction|io/netty|kotlin|okhttp3|org/junit|org/slf4j"
                                                + "|ch/qos/logback|org/apache/logging"
                                                + "|org/springframework/(boot|test))/.*"));
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

    /** Layers contain the times of files, so a build at another time must not change them. */
    @Test
    void everyFileHasTheSameTimeInEveryBuild() throws IOException {
        FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        try (Stream<Path> files = Files.walk(LAYOUT)) {
            assertThat(files.filter(file -> !file.equals(LAYOUT)))
                    .hasSizeGreaterThan(50)
                    .allSatisfy(
                            file ->
                                    assertThat(
                                                    Files.getLastModifiedTime(
                                                            file, LinkOption.NOFOLLOW_LINKS))
                                            .isEqualTo(time));
        }
    }
}
