package function.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts the function, sends it requests of every kind, and stops it. Fails if a status or the exit
 * code is not the expected one.
 */
final class RequestRehearsal {

    private static final int PATIENCE_SECONDS = 60;

    /** A row of sample.onnx. */
    private static final String ROW = "{\"area\":71.5,\"rooms\":3,\"age\":12}";

    /**
     * Has more digits than a long, so the JDK parses it, as it does some numbers of model cards.
     */
    private static final String LONG_NUMBER = "71.4999999999999999999";

    /** Often enough to load what every request needs, and seldom enough to compile little. */
    private static final int ROUNDS = 10;

    private final int port;

    private RequestRehearsal(int port) {
        this.port = port;
    }

    /**
     * @param builder the function's command, with sample.onnx as its model
     */
    static void of(ProcessBuilder builder) throws Exception {
        int port = freePort();
        builder.environment()
                .putAll(
                        Map.of(
                                "PORT",
                                Integer.toString(port),
                                "SERVER_ADDRESS",
                                "127.0.0.1",
                                "K_REVISION",
                                "rehearsal"));
        Process function = builder.start();
        try {
            RequestRehearsal rehearsal = new RequestRehearsal(port);
            rehearsal.awaitStart(function);
            for (int round = 0; round < ROUNDS; round++) {
                rehearsal.sendAll();
            }
            rehearsal.stop(function);
        } finally {
            function.toHandle().destroy();
        }
    }

    /** Stops the function while a connection is open, as one mostly is behind a proxy. */
    private void stop(Process function) throws IOException, InterruptedException {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            function.toHandle().destroy();
            if (!function.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    || function.exitValue() != 0) {
                throw new IllegalStateException(
                        "The function did not end with exit code 0; its output is above: "
                                + function);
            }
        }
    }

    private void sendAll() throws IOException {
        expect(200, "GET", "/actuator/health/readiness", "");
        expect(200, "GET", "/model", "");
        expect(200, "POST", "/predict", ROW);
        expect(200, "POST", "/predict", "[" + ROW + "," + ROW.replace("71.5", "9e3") + "]");
        expect(200, "POST", "/predict", "[" + (ROW + ",").repeat(999) + ROW + "]");
        expect(200, "POST", "/predict", ROW.replace("71.5", LONG_NUMBER));
        expect(400, "POST", "/predict", "{\"area\":\"71.5\",\"Rooms\":3}");
        expect(404, "GET", "/favicon.ico", "");
    }

    private void expect(int status, String method, String path, String body) throws IOException {
        String head =
                "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                        .formatted(method, path, body.length());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 " + status)) {
                throw new IllegalStateException(
                        "%s %s was answered with something other than %d: %s"
                                .formatted(method, path, status, answer));
            }
        }
    }

    private void awaitStart(Process function) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end || function.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(
                            "The function did not start; its output is above: " + function, e);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
