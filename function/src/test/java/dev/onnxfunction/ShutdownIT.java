package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** What clients see when the function is stopped under load. */
class ShutdownIT {

    private static final String ROW = Boston.example().toString();
    private static final int CLIENTS = 48;

    @Test
    void noRequestOfABusyConnectionIsLost() throws Exception {
        AtomicLong answers = new AtomicLong();
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, Map.of());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> ends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                ends.add(clients.submit(() -> sendUntilClosed(function, answers)));
            }
            while (answers.get() < 100 * CLIENTS) {
                Thread.onSpinWait();
            }
            function.terminate();

            for (Future<String> end : ends) {
                assertThat(end.get()).isEqualTo("connection: close");
            }
            assertThat(function.exitCode()).isZero();
        }
    }

    /** Sends request after request on a connection, and returns how it ends. */
    private static String sendUntilClosed(FunctionProcess function, AtomicLong answers)
            throws IOException {
        try (Connection connection = new Connection(function.connect())) {
            while (true) {
                connection.send(post(ROW));
                String response = connection.response();
                assertThat(response).startsWith("HTTP/1.1 200").contains("\"predict\":");
                answers.incrementAndGet();
                if (response.contains("connection: close")) {
                    return "connection: close";
                }
            }
        }
    }

    @Test
    void aLargeAnswerUnderWayIsSentToItsEnd() throws Exception {
        String many = "[" + (ROW + ",").repeat(39_999) + ROW + "]";
        Map<String, String> settings = Map.of("LIMITS_MAX_BODY", "8MB", "LIMITS_MAX_ROWS", "40000");
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, settings);
                Connection connection = new Connection(function.connect())) {
            connection.send(post(many));
            int length = Connection.length(connection.head());
            function.terminate();
            awaitClosedPort(function);

            assertThat(length).isGreaterThan(5_000_000);
            assertThat(connection.read(length)).hasSize(length);
            assertThat(connection.isClosed()).isTrue();
            assertThat(function.exitCode()).isZero();
        }
    }

    private static void awaitClosedPort(FunctionProcess function) throws IOException {
        for (boolean open = true; open; ) {
            try (Socket socket = function.connect()) {
                open = socket.isConnected();
            } catch (ConnectException e) {
                open = false;
            }
        }
    }

    private static String post(String body) {
        return "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + (body.length() + "\r\n\r\n" + body);
    }
}
