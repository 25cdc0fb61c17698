package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.Clients;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.gates.Reach;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Which cluster, and how to get there. */
final class ClusterOptions {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Default: that of the context.")
    @Nullable String namespace;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description =
                    "Of the kubeconfig, which is found as kubectl finds it. Default: current.")
    @Nullable String context;

    @Option(
            names = "--dry-run",
            description = "Show what would be done if all went well, and write nothing.")
    boolean dryRun;

    KubernetesClient client() {
        return Clients.of(Config.autoConfigure(context), TIMEOUT);
    }

    String namespace(KubernetesClient client) {
        return namespace == null
                ? Objects.requireNonNullElse(client.getNamespace(), "default")
                : namespace;
    }

    /** How the candidate and the live revision are asked. */
    static final class ReachOptions {

        @Option(
                names = "--via",
                paramLabel = "HOST:PORT",
                description =
                        "Send the gates' requests there, in plain HTTP, with the revision's address"
                                + " as Host: an ingress, or a port-forward of it.")
        @Nullable String via;

        @Option(
                names = "--header-env",
                paramLabel = "HEADER=VARIABLE",
                description =
                        "A header of the gates' requests, and the environment variable that holds"
                                + " its value, such as an API key.")
        Map<String, String> headers = new HashMap<>();

        Reach reach() {
            Map<String, String> values = new HashMap<>();
            headers.forEach((header, variable) -> values.put(header, value(variable)));
            return new Reach(via == null ? null : address(via), values);
        }

        private static String value(String variable) {
            String value = System.getenv(variable);
            if (value == null) {
                throw new RefusalException(
                        Exit.REFUSED,
                        "The environment variable " + variable + " of --header-env is not set.");
            }
            return value;
        }

        private static InetSocketAddress address(String via) {
            int colon = via.lastIndexOf(':');
            try {
                return InetSocketAddress.createUnresolved(
                        colon < 0 ? via : via.substring(0, colon),
                        colon < 0 ? 80 : Integer.parseInt(via.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new RefusalException(
                        Exit.REFUSED, "--via is HOST or HOST:PORT, and not " + via + ".");
            }
        }
    }
}
