package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** If nobody reads the error stream, requests are still answered and the process still ends. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogStallIT {

    private static final Map<String, String> JSON = Map.of("LOG_FORMAT", "json");
    private static final String PATH = "/" + "a".repeat(200);
    private static final String METRIC = "onnx_function_log_lines_dropped_total";

    /** Their log lines of 770 bytes are more than the pipe and the queues hold. */
    private static final int REQUESTS = 8000;

    private static final int AT_A_TIME = 100;

    @Test
    void linesAreDroppedCountedAndReportedOnceTheStreamFlowsAgain() throws Exception {
        try (FunctionProcess function = FunctionProcess.startUnread(FunctionProcess.IMAGE, JSON)) {
            sendRequests(function);
            assertThat(get(function, "/actuator/health/liveness")).startsWith("HTTP/1.1 200");
            long dropped = dropped(function);
            assertThat(dropped).isPositive();

            function.awaitOutput("Log lines dropped here");
            assertThat(get(function, "/none")).startsWith("HTTP/1.1 404");
            function.terminate();

            assertThat(function.exitCode()).isZero();
            String output = function.output();
            assertThat(reported(output)).isEqualTo(dropped);
            assertThat(count(output, "GET " + PATH.substring(0, 100)) + dropped)
                    .as("lines written and dropped")
                    .isEqualTo(REQUESTS);
            assertThat(output.lines().toList().getLast()).contains("GET /none 404");
        }
    }

    @Test
    void onSigtermItExitsWith0ThoughTheStreamNeverFlows() throws Exception {
        try (FunctionProcess function = FunctionProcess.startUnread(FunctionProcess.IMAGE, JSON)) {
            sendRequests(function);

            function.terminate();

            assertThat(function.exitCodeUnread()).isZero();
        }
    }

    @Test
    void whereTheStreamIsClosedItServesAndEndsWith0() throws Exception {
        try (FunctionProcess function = FunctionProcess.startUnread(FunctionProcess.IMAGE, JSON)) {
            function.closeOutput();
            sendRequests(function);
            assertThat(get(function, "/actuator/health/liveness")).startsWith("HTTP/1.1 200");
            assertThat(dropped(function)).isPositive();

            function.terminate();

            assertThat(function.exitCodeUnread()).isZero();
        }
    }

    /** The log line waits until somebody reads what fills the pipe. */
    @Test
    void theReasonOfAFailedStartIsLoggedThoughTheStreamIsReadLate() throws Exception {
        String fill =
                "head -c 65536 /dev/zero | tr '\\0' '\\n' >&2; exec \"$0\" --model.location=/none";
        List<String> command = List.of("sh", "-c", fill, FunctionProcess.IMAGE.getFirst());
        try (FunctionProcess function = FunctionProcess.launch(command, Map.of())) {
            function.awaitThread("log");
            function.awaitEnd(Duration.ofMillis(300));

            assertThat(function.exitCode()).isEqualTo(1);
            assertThat(function.output()).contains("The model /none does not exist.");
        }
    }

    private static void sendRequests(FunctionProcess function) throws IOException {
        String request = "GET " + PATH + " HTTP/1.1\r\nHost: a\r\n";
        String all =
                (request + "\r\n").repeat(AT_A_TIME - 1) + request + "Connection: close\r\n\r\n";
        for (int i = 0; i < REQUESTS / AT_A_TIME; i++) {
            try (Socket socket = function.connect()) {
                socket.getOutputStream().write(all.getBytes(StandardCharsets.US_ASCII));
                byte[] answers = socket.getInputStream().readAllBytes();
                assertThat(new String(answers, StandardCharsets.UTF_8).split("HTTP/1.1 404", -1))
                        .hasSize(AT_A_TIME + 1);
            }
        }
    }

    private static long dropped(FunctionProcess function) throws IOException {
        Matcher sample =
                Pattern.compile("\n" + METRIC + " (\\S+)")
                        .matcher(get(function, "/actuator/prometheus"));
        assertThat(sample.find()).isTrue();
        return (long) Double.parseDouble(sample.group(1));
    }

    private static long reported(String output) {
        return Pattern.compile("Log lines dropped here,[^:]*: (\\d+)\\.")
                .matcher(output)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    private static long count(String output, String text) {
        return output.lines().filter(line -> line.contains(text)).count();
    }

    private static String get(FunctionProcess function, String path) throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            connection.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            return connection.response();
        }
    }
}
