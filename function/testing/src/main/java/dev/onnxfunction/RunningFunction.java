package dev.onnxfunction;

import dev.onnxfunction.testing.FunctionProcess;
import dev.onnxfunction.testing.TestedServer;

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
import java.util.concurrent.ConcurrentHashMap;

/**
 * The whole application on a free port of the loopback interface: the {@link TestedServer} of the
 * tested module, in this JVM; with the system property {@code function.process}, the layout of the
 * container image in its own process.
 */
public final class RunningFunction implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** The function waits a twentieth of this for further requests, which tests do not send. */
    private static final String SHORT_FAREWELL = "--server.shutdown-timeout=2s";

    private static final boolean PROCESS = Boolean.getBoolean("function.process");

    /** By settings. Each runs until the JVM of the tests ends. */
    private static final Map<List<String>, RunningFunction> SHARED = new ConcurrentHashMap<>();

    private final AutoCloseable application;
    private final int port;

    private final boolean shared;

    private RunningFunction(AutoCloseable application, int port) {
        this(application, port, false);
    }

    private RunningFunction(AutoCloseable application, int port, boolean shared) {
        this.application = application;
        this.port = port;
        this.shared = shared;
    }

    private static TestedServer server() {
        return ServiceLoader.load(TestedServer.class).findFirst().orElseThrow();
    }

    /** Starts the function with settings such as {@code limits.max-rows=3}. */
    public static RunningFunction start(String... settings) {
        try {
            if (PROCESS) {
                FunctionProcess process =
                        FunctionProcess.start(command(List.of(settings)), Map.of());
                return new RunningFunction(process, process.port());
            }
            TestedServer.Running running = server().start(arguments(List.of(settings)));
            return new RunningFunction(running, running.port());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the function with this model. */
    public static RunningFunction serving(Path model, String... settings) {
        return start(with(model, settings).toArray(String[]::new));
    }

    /**
     * Returns a function with these settings that other tests use, too, at the same time. It is for
     * tests whose requests leave no trace that another test sees: not for those of metrics, limits
     * of memory, or time. Closing it does nothing.
     */
    public static RunningFunction shared(String... settings) {
        return SHARED.computeIfAbsent(List.of(settings), _ -> startShared(settings));
    }

    /** Returns a {@link #shared} function with this model, whose file stays as it is. */
    public static RunningFunction sharedServing(Path model, String... settings) {
        return shared(with(model, settings).toArray(String[]::new));
    }

    private static RunningFunction startShared(String... settings) {
        RunningFunction function = start(settings);
        if (PROCESS) {
            Runtime.getRuntime().addShutdownHook(new Thread(function::close));
        }
        return new RunningFunction(function.application, function.port, true);
    }

    /**
     * Tries to start the function with this model in this JVM, and returns why it does not start: a
     * problem and a remedy.
     */
    public static String refusing(Path model, String... settings) {
        return server().refusal(arguments(with(model, settings)));
    }

    private static List<String> arguments(List<String> settings) {
        List<String> arguments =
                new ArrayList<>(List.of("--server.address=127.0.0.1", "--server.port=0"));
        if (settings.stream().noneMatch(setting -> setting.startsWith("log."))) {
            arguments.add("--log.access=off"); // It would flood the output of the tests.
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

    /** Returns a bean of the application; works only if it runs in this JVM. */
    public <T> T bean(Class<T> type) {
        return ((TestedServer.Running) application).bean(type);
    }

    /** Returns a builder of a request to this path. */
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

    /** Sends a request whose response is binary. */
    public HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request) throws IOException {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts to send a request and returns at once. */
    public CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return CLIENT.sendAsync(
                request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** Opens a connection on which a test writes what no well-behaved client would. */
    public Socket connect() throws IOException {
        return connect(64 * 1024);
    }

    /** Opens a connection with a receive buffer of at least this size, in bytes. */
    public Socket connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(FunctionProcess.PATIENCE_MILLIS);
        return socket;
    }

    @Override
    public void close() {
        if (shared) {
            return;
        }
        try {
            application.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
