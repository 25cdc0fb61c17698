package dev.onnxfunction;

import dev.onnxfunction.testing.Door;
import dev.onnxfunction.testing.FunctionProcess;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;

/**
 * The whole application on a free port of the loopback interface: the {@link Door} of the module
 * whose tests run, started in this JVM; or, where the system property {@code function.process} is
 * set, the layout of the container image.
 */
public final class RunningFunction implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** A twentieth of it is for clients to ask once more, which those of tests do not. */
    private static final String SHORT_FAREWELL = "--server.shutdown-timeout=2s";

    private static final boolean PROCESS = Boolean.getBoolean("function.process");

    private final AutoCloseable application;
    private final int port;

    private RunningFunction(AutoCloseable application, int port) {
        this.application = application;
        this.port = port;
    }

    private static Door door() {
        return ServiceLoader.load(Door.class).findFirst().orElseThrow();
    }

    /** Starts it with settings such as {@code limits.max-rows=3}. */
    public static RunningFunction start(String... settings) {
        try {
            if (PROCESS) {
                FunctionProcess process =
                        FunctionProcess.start(command(List.of(settings)), Map.of());
                return new RunningFunction(process, process.port());
            }
            Door.Open open = door().start(arguments(List.of(settings)));
            return new RunningFunction(open, open.port());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it with this model. */
    public static RunningFunction serving(Path model, String... settings) {
        return start(with(model, settings).toArray(String[]::new));
    }

    /** Tries to start it with this model. What it says why it does not: a problem and a remedy. */
    public static String refusing(Path model, String... settings) {
        try {
            List<String> all = with(model, settings);
            return PROCESS ? lastWords(all) : door().refusal(arguments(all));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String lastWords(List<String> settings)
            throws IOException, InterruptedException {
        try (FunctionProcess process = FunctionProcess.launch(command(settings), Map.of())) {
            int code = process.exitCode();
            String output = process.output();
            if (code != 1 || output.lines().count() != 1) {
                throw new AssertionError("It ends with " + code + ": " + output);
            }
            return output.strip().replaceFirst("\\S+ SEVERE ", "");
        }
    }

    private static List<String> arguments(List<String> settings) {
        List<String> arguments =
                new ArrayList<>(List.of("--server.address=127.0.0.1", "--server.port=0"));
        if (settings.stream().noneMatch(setting -> setting.startsWith("log."))) {
            arguments.add("--log.access=off"); // It would fill the log of the tests.
        }
        if (settings.stream().noneMatch(setting -> setting.startsWith("server.shutdown"))) {
            arguments.add(SHORT_FAREWELL);
        }
        settings.forEach(setting -> arguments.add("--" + setting));
        return arguments;
    }

    private static List<String> command(List<String> settings) {
        List<String> command = new ArrayList<>(FunctionProcess.IMAGE);
        if (settings.stream().noneMatch(setting -> setting.startsWith("server.shutdown"))) {
            command.add(SHORT_FAREWELL);
        }
        settings.forEach(setting -> command.add("--" + setting));
        return command;
    }

    private static List<String> with(Path model, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("model.location=" + model.toAbsolutePath());
        return all;
    }

    /** One of its parts; only where it runs in this JVM. */
    public <T> T bean(Class<T> type) {
        return ((Door.Open) application).bean(type);
    }

    /** Begins a request to a path. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    /** Posts JSON to {@code /predict}. */
    public HttpResponse<String> predict(String json) {
        return post("/predict", json);
    }

    /** Posts JSON. */
    public HttpResponse<String> post(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    public HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(
                    request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a request whose answer is no text. */
    public HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request) throws IOException {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Begins to send a request, and does not wait. */
    public CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return CLIENT.sendAsync(
                request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** A connection on which a test writes what no well-behaved client would. */
    public Socket connect() throws IOException {
        return connect(64 * 1024);
    }

    /** A connection whose client takes so many bytes before it reads them, or some more. */
    public Socket connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Override
    public void close() {
        try {
            application.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
