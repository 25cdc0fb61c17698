package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
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

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The shipped function, seen from outside: it is started, gets requests, and is stopped. */
@Execution(ExecutionMode.CONCURRENT)
abstract class ProcessContract {

    static final String ROW = Boston.example().toString();

    private final List<String> command;

    ProcessContract(List<String> command) {
        this.command = command;
    }

    @Test
    void itServesTheBostonModelOnThePortThatIsSet() throws Exception {
        try (FunctionProcess function = FunctionProcess.start(command, Map.of())) {
            assertThat(function.post(ROW))
                    .startsWith("HTTP/1.1 200")
                    .contains("{\"status\":\"ok\",\"predict\":29.80673285033");
        }
    }

    @Test
    void itServesABareLinearModelByLocationAndFeatures(@TempDir Path folder) throws Exception {
        Path model = OnnxGraph.linear(1, 2, 3).write(folder);
        Map<String, String> settings =
                Map.of("MODEL_LOCATION", model.toString(), "MODEL_FEATURES", "a,b");
        try (FunctionProcess function = FunctionProcess.start(command, settings)) {
            assertThat(function.post("[{\"b\":100,\"a\":10},{\"a\":0.5,\"b\":0}]"))
                    .endsWith(
                            "[{\"status\":\"ok\",\"predict\":321.0},"
                                    + "{\"status\":\"ok\",\"predict\":2.0}]");
        }
    }

    @Test
    void onSigtermItAnswersTheRequestInFlightAndExitsWith0() throws Exception {
        try (FunctionProcess function = FunctionProcess.start(command, Map.of());
                Socket inFlight = function.connect();
                Socket idle = function.connect()) {
            OutputStream out = inFlight.getOutputStream();
            begin(inFlight, function);

            function.terminate();
            assertThat(idle.getInputStream().read())
                    .as("the idle connection is closed")
                    .isEqualTo(-1);
            out.write(ROW.substring(20).getBytes(StandardCharsets.US_ASCII));
            out.flush();

            InputStream in = inFlight.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"predict\":29.8067328503");
            assertThat(function.exitCode()).isZero();
        }
    }

    @Test
    void aWrongModelStopsTheStartWithTwoSentences(@TempDir Path folder) throws Exception {
        Path model = Files.writeString(folder.resolve("model.onnx"), "no model");
        try (FunctionProcess function =
                FunctionProcess.launch(command, Map.of("MODEL_LOCATION", model.toString()))) {
            assertThat(function.exitCode()).isEqualTo(1);
            assertThat(function.output())
                    .contains("The model " + model + " is not an ONNX file, or is cut off.")
                    .contains("Copy it again, or export it again.")
                    .doesNotContain("\tat ", "Exception");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no such permissions")
    void aModelThatMayNotBeReadStopsTheStartWithTwoSentences(@TempDir Path folder)
            throws Exception {
        Path model = OnnxGraph.linear(1, 2).write(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(model, PosixFilePermissions.fromString("-w-------"));
        try (FunctionProcess function =
                FunctionProcess.launch(
                        FunctionProcess.asNobody(command),
                        Map.of("MODEL_LOCATION", model.toString()))) {
            assertThat(function.exitCode()).isEqualTo(1);
            assertThat(function.output())
                    .contains("The model " + model + " may not be read by this user.")
                    .contains("MODEL_LOCATION) to the path of a readable .onnx file.");
        }
    }

    @Test
    void aWrongSettingStopsTheStartWithTwoSentences() throws Exception {
        try (FunctionProcess function =
                FunctionProcess.launch(command, Map.of("LIMITS_MAX_ROWS", "many"))) {
            assertThat(function.exitCode()).isEqualTo(1);
            assertThat(function.output())
                    .contains("The setting limits.max-rows (LIMITS_MAX_ROWS) is \"many\"")
                    .contains("Correct it, or leave it unset for its default.")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void requestsThatItCutsOffWhenItStopsAreLogged() throws Exception {
        Map<String, String> settings = Map.of("SERVER_SHUTDOWN_TIMEOUT", "1s");
        try (FunctionProcess function = FunctionProcess.start(command, settings);
                Socket inFlight = function.connect()) {
            begin(inFlight, function);
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
        try (FunctionProcess function = FunctionProcess.start(command, settings);
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
                FunctionProcess.launch(command, Map.of("MODEL_LOCATION", model.toString()))) {
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
                                command, Map.of("PORT", Integer.toString(other.getLocalPort())))) {
            assertThat(function.exitCode()).isEqualTo(1);
            assertThat(function.output())
                    .contains("Nothing can listen on")
                    .contains("Address already in use")
                    .contains("Set PORT to a free port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void itStartsWithoutAWarning() throws Exception {
        try (FunctionProcess function = FunctionProcess.start(command, Map.of())) {
            function.terminate();

            assertThat(function.exitCode()).isZero();
            assertThat(function.output().lines())
                    .singleElement()
                    .asString()
                    .contains("Serving boston");
        }
    }

    /** Sends a head and the first 20 bytes of the row. */
    private static void begin(Socket request, FunctionProcess function) throws IOException {
        String head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: ";
        OutputStream out = request.getOutputStream();
        out.write(
                (head + ROW.length() + "\r\n\r\n" + ROW.substring(0, 20))
                        .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        // Every event loop has run since then, and has therefore read the first bytes.
        for (int i = 0; i < 8; i++) {
            assertThat(function.post(ROW)).startsWith("HTTP/1.1 200");
        }
    }
}
