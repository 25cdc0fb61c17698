package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

class KubernetesClientsTest {

    /** Nothing listens at the proxy. */
    @Test
    void anApiServerOnThisMachineIsReachedWithoutTheProxy() throws IOException {
        HttpServer api =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext(
                "/",
                exchange -> {
                    byte[] bytes = "here".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        api.start();
        for (String host : new String[] {"127.0.0.1", "localhost"}) {
            Config config =
                    new ConfigBuilder(Config.empty())
                            .withMasterUrl("http://" + host + ":" + api.getAddress().getPort())
                            .withHttpProxy("http://127.0.0.1:1")
                            .build();
            try (KubernetesClient client = KubernetesClients.of(config, Duration.ofSeconds(60))) {
                assertThat(client.raw("/")).as(host).isEqualTo("here");
            }
        }
        api.stop(0);
    }
}
