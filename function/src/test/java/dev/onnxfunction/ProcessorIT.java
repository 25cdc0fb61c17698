package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.json.JsonMapper;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The image on processors other than the one that built it, emulated for one process by qemu-user
 * (Debian's package {@code qemu-user}). Continuous integration fails without it.
 */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "the processors are of amd64, as the image must be")
class ProcessorIT {

    private static final Path LAYOUT = Path.of("target", "image").toAbsolutePath();
    private static final String QEMU = "qemu-x86_64";
    private static final String ROW = Boston.example().toString();

    @BeforeAll
    static void emulatorIsThere() {
        if (Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, QEMU)))) {
            return;
        }
        String missing = QEMU + " is not on the PATH: install Debian's package qemu-user.";
        if ("true".equals(System.getenv("CI"))) {
            fail(missing);
        }
        System.err.println("NOT TESTED: the image on another processor. " + missing);
        abort(missing);
    }

    /**
     * Nehalem, of 2008, has no AVX; Haswell, of 2013, has AVX2 and FMA, but no AVX-512. Each takes
     * 5 to 12 s on a quiet machine.
     */
    @ParameterizedTest
    @ValueSource(strings = {"Nehalem", "Haswell"})
    @Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void itPredictsTheSameOnAnotherProcessor(String processor) throws Exception {
        // Makes the start fail if the JVM does not accept the class cache.
        Map<String, String> settings = Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");
        List<String> command = List.of(layoutOn(processor).toString());
        try (FunctionProcess emulated = FunctionProcess.start(command, settings);
                FunctionProcess here = FunctionProcess.start(FunctionProcess.IMAGE, Map.of())) {
            assertThat(prediction(emulated))
                    .as("as near as other instructions, such as FMA, leave it")
                    .isCloseTo(prediction(here), within(1e-9));

            emulated.terminate();
            assertThat(emulated.exitCode()).as(emulated.output()).isZero();
        }
    }

    private static double prediction(FunctionProcess function) throws IOException {
        String answer = function.post(ROW);
        assertThat(answer).startsWith("HTTP/1.1 200");
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        return JsonMapper.shared().readTree(body).get("predict").asDouble();
    }

    /**
     * Copies the layout with a {@code java} that runs on this processor, and returns its command.
     */
    private static Path layoutOn(String processor) throws IOException {
        Path folder = Path.of("target", "processors", processor).toAbsolutePath();
        Path bin = Files.createDirectories(folder.resolve("runtime").resolve("bin"));
        Path java = LAYOUT.resolve("runtime").resolve("bin").resolve("java");
        Path emulated =
                Files.writeString(
                        bin.resolve("java"),
                        "#!/bin/sh\nexec %s -cpu %s '%s' \"$@\"\n"
                                .formatted(QEMU, processor, java));
        Files.setPosixFilePermissions(emulated, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Stream<Path> files = Files.list(LAYOUT)) {
            for (Path file : files.filter(each -> !each.endsWith("runtime")).toList()) {
                Path link = folder.resolve(file.getFileName());
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, file);
            }
        }
        return folder.resolve("run");
    }
}
