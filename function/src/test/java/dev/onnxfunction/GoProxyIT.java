package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.FunctionProcess;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The function behind the reverse proxy of Go's standard library, which Knative's queue-proxy uses:
 * such a proxy may truncate the responses to arrays of 506 rows.
 *
 * <p>This needs Go. If it is missing, the build prints a notice and continues; in continuous
 * integration ({@code CI=true}) it fails.
 */
class GoProxyIT {

    private static final boolean CI = "true".equals(System.getenv("CI"));

    private static final String NOT_TESTED =
            """

            ****************************************************************************
            THE FUNCTION BEHIND A PROXY IN GO IS NOT TESTED: there is no go on the PATH.
            Install it (on Debian and Ubuntu: apt install golang-go) and run the build
            again.
            ****************************************************************************
            """;

    private static final String ROW = Boston.example().toString();
    private static final String ARRAY = "[" + (ROW + ",").repeat(505) + ROW + "]";
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 50;

    @TempDir private static Path folder;

    @BeforeAll
    static void build() throws Exception {
        ProcessBuilder build =
                new ProcessBuilder("go", "build", "-o", folder.resolve("proxy").toString(), ".")
                        .directory(Path.of("src", "test", "go").toFile())
                        .inheritIO();
        build.environment().put("CGO_ENABLED", "0");
        try {
            assertThat(build.start().waitFor()).isZero();
        } catch (IOException e) {
            System.err.println(NOT_TESTED);
            assertThat(CI).as(NOT_TESTED).isFalse();
            abort(NOT_TESTED);
        }
    }

    @Test
    void everyAnswerIsWholeOrSaysHowLongItShouldHaveBeen() throws Exception {
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, Map.of());
                Proxy proxy = Proxy.before(function);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> cuts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                cuts.add(clients.submit(() -> cutAnswers(proxy)));
            }
            int cut = 0;
            for (Future<Integer> of : cuts) {
                cut += of.get();
            }
            // The function's own remedy: it answers only after it has read the whole request.
            assertThat(cut).isLessThan(CLIENTS * REQUESTS / 10);
        }
    }

    /** A refusal does not close the connection while the proxy is still sending. */
    @Test
    void aRefusalOfALargeBodyArrivesThroughTheProxy() throws Exception {
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, Map.of());
                Proxy proxy = Proxy.before(function)) {
            for (int i = 0; i < 100; i++) {
                try (Connection connection = new Connection(proxy.connect())) {
                    connection.send(post("/nowhere", " ".repeat(1_000_000)));
                    assertThat(connection.response()).startsWith("HTTP/1.1 404");
                }
            }
        }
    }

    /** Counts the truncated responses; the client notices them by their Content-Length. */
    private static int cutAnswers(Proxy proxy) throws IOException {
        int cut = 0;
        for (int i = 0; i < REQUESTS; i++) {
            try (Connection connection = new Connection(proxy.connect())) {
                connection.send(post("/predict", ARRAY));
                String head = connection.head();
                int length = Connection.length(head);
                assertThat(head).startsWith("HTTP/1.1 200");
                assertThat(length).isGreaterThan(60_000);
                cut += connection.read(length).length < length ? 1 : 0;
            }
        }
        return cut;
    }

    private static String post(String path, String body) {
        return "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(path, body.length(), body);
    }

    /** A proxy in its own process. */
    private record Proxy(Process process, int port) implements AutoCloseable {

        static Proxy before(FunctionProcess function) throws IOException {
            String target = "http://127.0.0.1:" + function.port();
            Process process =
                    new ProcessBuilder(folder.resolve("proxy").toString(), target)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String port = process.inputReader(StandardCharsets.UTF_8).readLine();
            return new Proxy(process, Integer.parseInt(port));
        }

        Socket connect() throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(FunctionProcess.PATIENCE_MILLIS);
            return socket;
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
