package dev.onnxfunction.http;

import dev.onnxfunction.contract.Endpoint;
import dev.onnxfunction.contract.Router;
import dev.onnxfunction.observe.Observer;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.Connection;
import dev.onnxfunction.testing.FunctionProcess;

import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySourcesPropertyResolver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server on the loopback interface with an endpoint of the test, instead of a model.
 *
 * @param server listens
 */
record TestServer(HttpServer server) implements AutoCloseable {

    /** Starts a server with one event loop, and settings such as {@code limits.max-rows=3}. */
    static TestServer start(Endpoint endpoint, String... settings) {
        return start(1, endpoint, settings);
    }

    /** Starts a server with this number of event loops. */
    static TestServer start(int loops, Endpoint endpoint, String... settings) {
        HttpServer server = new HttpServer(settings(settings), () -> {}, loops);
        server.listen(new Router(List.of(endpoint), null, null), Observer.NONE);
        return new TestServer(server);
    }

    /** Settings for a free port, and these. */
    static Settings settings(String... settings) {
        Map<String, Object> values = new HashMap<>();
        values.put("server.port", "0");
        values.put("server.address", "127.0.0.1");
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            values.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        MutablePropertySources sources = new MutablePropertySources();
        sources.addLast(new MapPropertySource("test", values));
        return Settings.from(new PropertySourcesPropertyResolver(sources));
    }

    Connection connect() throws IOException {
        int port = ((InetSocketAddress) server.address()).getPort();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(FunctionProcess.PATIENCE_MILLIS);
        return new Connection(socket);
    }

    void stop(Runnable endAll) {
        server.stop(endAll);
    }

    /** Ends its threads, whatever they do. */
    void end() {
        server.close();
    }

    @Override
    public void close() {
        end();
    }
}
