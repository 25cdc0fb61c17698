import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The JDK's own server with a constant answer, which shows the shortest start of a JVM. */
final class JdkServer {

    private static final byte[] ANSWER =
            "{\"status\":\"ok\",\"predict\":0}".getBytes(StandardCharsets.UTF_8);

    public static void main(String[] words) throws IOException {
        int port = Integer.parseInt(words[0]);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        server.createContext(
                "/predict",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, ANSWER.length);
                    exchange.getResponseBody().write(ANSWER);
                    exchange.close();
                });
        server.start();
    }
}
