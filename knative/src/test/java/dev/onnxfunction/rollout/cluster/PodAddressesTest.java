package dev.onnxfunction.rollout.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.onnxfunction.rollout.drive.Instance;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.MockWebServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

class PodAddressesTest {

    private static final String FORWARD = "/api/v1/namespaces/models/pods/p/portforward?ports=8888";

    /** A strong reference, because a garbage-collected logger loses its level. */
    private static final Logger LOG = Logger.getLogger(MockWebServer.class.getName());

    static {
        LOG.setLevel(Level.WARNING);
    }

    private final KubernetesMockServer api = new KubernetesMockServer(false);
    private KubernetesClient client;

    @BeforeEach
    void start() {
        api.init();
        api.expect().get().withPath(FORWARD).andUpgradeToWebSocket().open().done().always();
        Config config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + api.getPort())
                        .withHttp2Disable(true)
                        .build();
        client = KubernetesClients.of(config, Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        client.close();
        api.destroy();
    }

    @Test
    void fromOutsideAPodIsReachedThroughTheApiServer() throws Exception {
        try (PodAddresses addresses = new PodAddresses(client, PodAccess.FORWARD)) {
            URI address = address(addresses, pod(true));
            assertThat(address.getHost()).isEqualTo("127.0.0.1");

            try (Socket _ = connect(address)) {
                assertThat(api.takeRequest(300, TimeUnit.SECONDS))
                        .isNotNull()
                        .extracting("path")
                        .isEqualTo(FORWARD);
            }
            assertThat(address(addresses, pod(true)))
                    .as("the forward stays open while the pod runs")
                    .isEqualTo(address);
        }
    }

    @Test
    void aForwardIsClosedWhenItsPodHasEnded() {
        try (PodAddresses addresses = new PodAddresses(client, PodAccess.FORWARD)) {
            URI address = address(addresses, pod(true));

            assertThat(addresses.of("r", List.of(pod(false))))
                    .singleElement()
                    .extracting(Instance::address, Instance::problem)
                    .containsExactly(null, "It does not run.");
            assertIsClosed(address);
        }
    }

    @Test
    void allForwardsAreClosedInTheEnd() {
        URI address;
        try (PodAddresses addresses = new PodAddresses(client, PodAccess.FORWARD)) {
            address = address(addresses, pod(true));
        }
        assertIsClosed(address);
    }

    private static URI address(PodAddresses addresses, Pod pod) {
        Instance instance = addresses.of("r", List.of(pod)).getFirst();
        return Objects.requireNonNull(instance.address(), instance.problem());
    }

    private static Socket connect(URI address) throws IOException {
        return new Socket(address.getHost(), address.getPort());
    }

    /**
     * Soon refuses connections: until the thread that accepts them has noticed that its socket is
     * closed, the kernel takes one more.
     */
    private static void assertIsClosed(URI address) {
        assertTimeoutPreemptively(
                Duration.ofMinutes(5),
                () -> {
                    while (accepts(address)) {
                        Thread.onSpinWait();
                    }
                });
    }

    private static boolean accepts(URI address) throws IOException {
        try (Socket _ = connect(address)) {
            return true;
        } catch (ConnectException _) {
            return false;
        }
    }

    private static Pod pod(boolean running) {
        Pod pod = TestPods.running("p", "user-container", 8888);
        return running ? pod : new PodBuilder(pod).withStatus(null).build();
    }
}
