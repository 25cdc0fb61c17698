package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;
import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How the process of the image takes its settings and how it ends. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no image of Windows")
@Execution(ExecutionMode.CONCURRENT)
class ProcessIT {

    private static final List<String> COMMAND = FunctionProcess.IMAGE;

    @Test
    void itServesABareLinearModelByLocationAndFeatures(@TempDir Path folder) throws Exception {
        Path model = OnnxGraph.linear(1, 2, 3).write(folder);
        Map<String, String> settings =
                Map.of("MODEL_LOCATION", model.toString(), "MODEL_FEATURES", "a,b");
        try (FunctionProcess function = FunctionProcess.start(COMMAND, settings)) {
            assertThat(function.post("[{\"b\":100,\"a\":10},{\"a\":0.5,\"b\":0}]"))
                    .endsWith(
                            "[{\"status\":\"ok\",\"predict\":321.0},"
                                    + "{\"status\":\"ok\",\"predict\":2.0}]");
        }
    }

    @Test
    void aModelThatMayNotBeReadStopsTheStartWithTwoSentences(@TempDir Path folder)
            throws Exception {
        Path model = OnnxGraph.linear(1, 2).write(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(model, PosixFilePermissions.fromString("-w-------"));
        try (FunctionProcess function =
                FunctionProcess.launch(
                        FunctionProcess.asNobody(COMMAND),
                        Map.of("MODEL_LOCATION", model.toString()))) {
            assertStopsWithOneLine(
                    function,
                    "The model " + model + " may not be read by this user.",
                    "MODEL_LOCATION) to the path of a readable .onnx file.");
        }
    }

    /** ONNX Runtime would log this failure to the same output, in a line of its own. */
    @Test
    void aModelThatFailsOnItsFirstRowStopsTheStartWithOneLine(@TempDir Path folder)
            throws Exception {
        Path model = WrongModelTest.lookup().write(folder);
        try (FunctionProcess function =
                FunctionProcess.launch(COMMAND, Map.of("MODEL_LOCATION", model.toString()))) {
            assertStopsWithOneLine(function, "indices element out of data bounds, idx=5");
        }
    }

    @Test
    void aWrongSettingStopsTheStartWithTwoSentences() throws Exception {
        try (FunctionProcess function =
                FunctionProcess.launch(COMMAND, Map.of("LIMITS_MAX_ROWS", "many"))) {
            assertStopsWithOneLine(
                    function,
                    "The setting limits.max-rows (LIMITS_MAX_ROWS) is \"many\"",
                    "Correct it, or leave it unset for its default.");
        }
    }

    @Test
    void requestsThatItCutsOffWhenItStopsAreLogged() throws Exception {
        Map<String, String> settings = Map.of("SERVER_SHUTDOWN_TIMEOUT", "1s");
        try (FunctionProcess function = FunctionProcess.start(COMMAND, settings);
                Socket inFlight = function.connect()) {
            ProcessContract.begin(inFlight, function);
            function.terminate();

            assertThat(function.exitCode()).isZero();
            assertThat(function.output())
                    .contains("Requests that were not answered within 1 s and are cut off: 1.");
        }
    }

    /**
     * The session must not be closed during the call, and the process must not wait for the call.
     */
    @Test
    void aCallOfTheModelThatDoesNotEndIsRefusedWhenItStops(@TempDir Path folder) throws Exception {
        Path model = OnnxGraph.counting().write(folder);
        Map<String, String> settings =
                Map.of(
                        "MODEL_LOCATION",
                        model.toString(),
                        "SERVER_SHUTDOWN_TIMEOUT",
                        "1s",
                        "PREDICT_TIMEOUT", // Longer than a busy machine takes to do some work.
                        "600s");
        try (FunctionProcess function = FunctionProcess.start(COMMAND, settings);
                Socket client = function.connect()) {
            String row = "{\"x\":1e15}";
            String head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: ";
            client.getOutputStream()
                    .write(
                            (head + row.length() + "\r\n\r\n" + row)
                                    .getBytes(StandardCharsets.US_ASCII));
            function.awaitWork(Duration.ofMillis(300));

            function.terminate();

            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 503")
                    .endsWith("}");
            assertThat(function.exitCode()).isZero();
        }
    }

    /** The handlers of signals are older than the library of ONNX Runtime. */
    @ParameterizedTest
    @ValueSource(ints = {300, 600, 900})
    @EnabledOnOs(value = OS.LINUX, disabledReason = "looks into /proc")
    void onSigtermWhileTheModelLoadsItExitsWith0(int millis, @TempDir Path folder)
            throws Exception {
        Path model = OnnxGraph.ponderous().write(folder);
        try (FunctionProcess function =
                FunctionProcess.launch(COMMAND, Map.of("MODEL_LOCATION", model.toString()))) {
            function.awaitLibrary("libonnxruntime.so");
            function.awaitWork(Duration.ofMillis(millis));

            function.terminate();

            assertThat(function.exitCode()).isZero();
            assertThat(function.output()).doesNotContain("SEVERE", "load");
        }
    }

    @Test
    void aPortInUseStopsTheStartWithTwoSentences() throws Exception {
        try (ServerSocket other = new ServerSocket(0);
                FunctionProcess function =
                        FunctionProcess.launch(
                                COMMAND, Map.of("PORT", Integer.toString(other.getLocalPort())))) {
            assertStopsWithOneLine(
                    function,
                    "Nothing can listen on",
                    "Address already in use",
                    "Set PORT to a free port");
        }
    }

    private static void assertStopsWithOneLine(FunctionProcess function, String... texts)
            throws InterruptedException {
        assertThat(function.exitCode()).isEqualTo(1);
        assertThat(function.output().lines()).singleElement().asString().contains(texts);
    }
}
