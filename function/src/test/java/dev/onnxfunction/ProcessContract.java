package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The shipped function, seen from outside, for which the jar and the image each start main in their
 * own way. What follows in main is the same for both: {@link ProcessIT} has its tests.
 */
@Execution(ExecutionMode.CONCURRENT)
abstract class ProcessContract {

    static final String ROW = Boston.example().toString();

    private final List<String> command;

    ProcessContract(List<String> command) {
        this.command = command;
    }

    @Test
    void itServesWithoutAWarningAndOnSigtermAnswersTheRequestInFlightAndExitsWith0()
            throws Exception {
        Map<String, String> quiet = Map.of("LOG_ACCESS", "off");
        try (FunctionProcess function = FunctionProcess.start(command, quiet);
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
                    .contains("{\"status\":\"ok\",\"predict\":29.80673285033");
            assertThat(function.exitCode()).isZero();
            assertThat(function.output().lines())
                    .singleElement()
                    .asString()
                    .contains("Serving boston");
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

    /** Sends a head and the first 20 bytes of the row. */
    static void begin(Socket request, FunctionProcess function) throws IOException {
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
