package dev.onnxfunction.rollout.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

import java.time.Duration;
import java.util.List;

/** Clients of the API server. */
public final class KubernetesClients {

    /** As for kubectl, no proxy is between this machine and itself. */
    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "::1");

    /** Learns each kind of object from its class once, which takes longer than to parse one. */
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private KubernetesClients() {}

    /**
     * A client that does not retry by itself: the engine decides what follows a failed call. It
     * uses the proxy that the configuration or the environment names, but not to this machine.
     *
     * @param timeout of each call
     */
    public static KubernetesClient of(Config config, Duration timeout) {
        int millis = Math.toIntExact(timeout.toMillis());
        return new KubernetesClientBuilder()
                .withConfig(
                        new ConfigBuilder(config)
                                .withRequestRetryBackoffLimit(0)
                                .withRequestTimeout(millis)
                                .withConnectionTimeout(millis)
                                .addAllToNoProxy(THIS_MACHINE)
                                .build())
                .withKubernetesSerialization(SERIALIZATION)
                .build();
    }
}
