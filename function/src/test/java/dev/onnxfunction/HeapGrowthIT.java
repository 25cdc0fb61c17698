package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How the layout of the container image collects garbage. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no image of Windows")
class HeapGrowthIT {

    /** Together less than the memory for bodies, and far less than the maximum of the heap. */
    private static final int BODIES = 15;

    private static final int BODY = 2_000_000;

    @Test
    void garbageIsCollectedLongBeforeTheHeapHasItsMaximumSize(@TempDir Path folder)
            throws Exception {
        Path log = folder.resolve("gc");
        Map<String, String> environment =
                Map.of(
                        "JDK_JAVA_OPTIONS",
                        "-Xlog:gc:file=" + log,
                        "SERVER_REQUEST_TIMEOUT",
                        FunctionProcess.PATIENCE_MILLIS / 1000 + "s");
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, environment)) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < BODIES; i++) {
                clients.add(beginBody(function));
            }
            awaitCollection(log);
            assertThat(log).content().contains("Pause Full (System.gc())");
            assertThat(function.post(ProcessContract.ROW)).startsWith("HTTP/1.1 200");
            for (Socket client : clients) {
                client.close(); // Otherwise, the function waits for them when it ends.
            }
        }
    }

    /** Sends all of a body but its last byte. */
    private static Socket beginBody(FunctionProcess function) throws IOException {
        Socket client = function.connect();
        String head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY + "\r\n\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().write(new byte[BODY - 1]);
        return client;
    }

    private static void awaitCollection(Path log) throws IOException {
        long end =
                System.nanoTime()
                        + TimeUnit.MILLISECONDS.toNanos(FunctionProcess.PATIENCE_MILLIS) / 2;
        while (!Files.readString(log).contains("System.gc()") && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000_000);
        }
    }
}
