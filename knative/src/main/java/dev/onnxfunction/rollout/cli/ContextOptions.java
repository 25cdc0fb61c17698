package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.KubernetesClients;
import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.Objects;

/** Which cluster, and which namespace. */
class ContextOptions {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Namespace of the Service. Default: that of the context")
    @Nullable String namespace;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description =
                    "Context of the kubeconfig, which is found as kubectl finds it. Default: the"
                            + " current one")
    @Nullable String context;

    final KubernetesClient client() {
        try {
            Config config = Config.autoConfigure(context);
            if (context != null && !isKnown(context, config)) {
                throw new RefusalException(
                        Exit.REFUSED,
                        "The kubeconfig has no context '"
                                + context
                                + "'. 'kubectl config get-contexts' lists them.");
            }
            return KubernetesClients.of(config, TIMEOUT);
        } catch (IllegalArgumentException | KubernetesClientException e) {
            String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new RefusalException(
                    Exit.REFUSED,
                    "The kubeconfig cannot be read: " + what + " See whether kubectl reads it.");
        }
    }

    private static boolean isKnown(String context, Config config) {
        return config.getContexts().stream().anyMatch(each -> context.equals(each.getName()));
    }

    final String namespace(KubernetesClient client) {
        return KubernetesNames.namespace(
                namespace == null
                        ? Objects.requireNonNullElse(client.getNamespace(), "default")
                        : namespace);
    }
}
