package dev.onnxfunction.rollout.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

import java.time.Duration;

/** Clients of the API server. */
public final class KubernetesClients {

    private KubernetesClients() {}

    /**
     * A client that does not retry by itself: the engine decides what follows a failed call.
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
                                .build())
                .build();
    }
}
