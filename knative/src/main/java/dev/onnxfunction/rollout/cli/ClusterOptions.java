package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.Clients;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.gates.Reach;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
        try {
            Config config = Config.autoConfigure(context);
            if (context != null && !isKnown(context, config)) {
                throw new RefusalException(
                        Exit.REFUSED,
                        "The kubeconfig has no context '"
                                + context
                                + "'. 'kubectl config get-contexts' lists them.");
            }
            return Clients.of(config, TIMEOUT);
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

    String namespace(KubernetesClient client) {
        return Names.namespace(
                namespace == null
                        ? Objects.requireNonNullElse(client.getNamespace(), "default")
                        : namespace);
    }

    /** How the candidate and the live revision are asked. */
    static final class ReachOptions {

        private static final String ROLLOUT_KEY = "ROLLOUT_KEY";

        private static final Pattern VIA =
                Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(?::(\\d{1,5}))?");

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
                                + " its whole value, such as Authorization=AUTHORIZATION for"
                                + " 'Bearer KEY'.")
        Map<String, String> headers = new HashMap<>();

        @Option(
                names = "--rollout-key-env",
                paramLabel = "VARIABLE",
                description =
                        "The environment variable that holds the key by which the function knows"
                                + " the gates' requests, and counts them apart from those of"
                                + " clients. Default: ROLLOUT_KEY, if it is set")
        @Nullable String rolloutKey;

        Reach reach() {
            Map<String, String> values = new HashMap<>();
            headers.forEach(
                    (header, variable) ->
                            values.put(header, value("--header-env", header, variable)));
            String key = System.getenv(ROLLOUT_KEY);
            if (rolloutKey != null) {
                values.put(Reach.MARK, value("--rollout-key-env", Reach.MARK, rolloutKey));
            } else if (key != null && !key.isBlank()) {
                values.put(Reach.MARK, value("--rollout-key-env", Reach.MARK, ROLLOUT_KEY));
            }
            return new Reach(via == null ? null : address(via), values);
        }

        private static String value(String option, String header, String variable) {
            String value = System.getenv(variable);
            if (value == null || value.isBlank()) {
                throw new RefusalException(
                        Exit.REFUSED,
                        "The environment variable %s of %s is %s. Set it to the value of the header %s."
                                .formatted(
                                        variable,
                                        option,
                                        value == null ? "not set" : "empty",
                                        header));
            }
            try {
                if (header.equalsIgnoreCase("Host")) {
                    throw new IllegalArgumentException("It is set by --via.");
                }
                HttpRequest.newBuilder().header(header, value);
            } catch (IllegalArgumentException e) {
                throw new RefusalException(
                        Exit.REFUSED,
                        "%s: no request can have the header '%s' with the value of %s. Give a name such as Authorization, and a value of one line."
                                .formatted(option, header, variable));
            }
            return value;
        }

        private static InetSocketAddress address(String via) {
            Matcher form = VIA.matcher(via);
            int port =
                    form.matches() && form.group(2) != null ? Integer.parseInt(form.group(2)) : 80;
            if (!form.matches() || port < 1 || port > 65_535) {
                throw new RefusalException(
                        Exit.REFUSED,
                        "--via is HOST or HOST:PORT, such as localhost:8081, and not '"
                                + via
                                + "'.");
            }
            return InetSocketAddress.createUnresolved(form.group(1), port);
        }
    }
}
