package dev.onnxfunction;

import dev.onnxfunction.http.HttpServer;

import org.springframework.context.ConfigurableApplicationContext;

import java.io.IOException;
import java.io.UncheckedIOException;
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

/** The whole application, started in this JVM on a free port of the loopback interface. */
public final class RunningFunction implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;
    private final InetSocketAddress address;

    private RunningFunction(ConfigurableApplicationContext context) {
        this.context = context;
        this.address = (InetSocketAddress) context.getBean(HttpServer.class).address();
    }

    /** Starts it with settings such as {@code limits.max-rows=3}. */
    public static RunningFunction start(String... settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.address=127.0.0.1");
        arguments.add("--server.port=0");
        for (String setting : settings) {
            arguments.add("--" + setting);
        }
        return new RunningFunction(FunctionApplication.start(arguments.toArray(String[]::new)));
    }

    /** Starts it with this model. */
    public static RunningFunction serving(Path model, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("model.location=" + model);
        return start(all.toArray(String[]::new));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Begins a request to a path. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
    }

    /** Posts JSON to {@code /predict}. */
    public HttpResponse<String> predict(String json) {
        return send(
                request("/predict")
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

    /** A connection on which a test writes what no well-behaved client would. */
    public Socket connect() throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Override
    public void close() {
        context.close();
    }
}
