package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.LiveCluster;
import dev.onnxfunction.rollout.testing.FakeIngress;
import dev.onnxfunction.rollout.testing.FakeIngress.FakeFunction;
import dev.onnxfunction.rollout.testing.Pauses;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A terminal in which a user types commands, with the real gates, against a fake cluster. */
final class Terminal implements AutoCloseable {

    /** The image that is deployed first. */
    static final String FIRST = "example.com/f@sha256:" + "1".repeat(64);

    static final String SECOND = "example.com/f@sha256:" + "2".repeat(64);
    static final String SERVICE = "onnx-function";

    private final LiveCluster cluster = new LiveCluster();
    private final FakeIngress ingress = new FakeIngress();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Path evaluation;

    /**
     * Selects the cluster by system properties, which no other test may set meanwhile. The model of
     * both revisions is m@1.
     */
    Terminal(Path folder) throws IOException {
        System.setProperty("kubernetes.master", cluster.address());
        System.setProperty("kubernetes.namespace", "models");
        System.setProperty("kubernetes.auth.tryKubeConfig", "false");
        System.setProperty("kubernetes.auth.tryServiceAccount", "false");
        serve("live-", "m@1");
        serve("candidate-", "m@1");
        evaluation = Files.writeString(folder.resolve("rows.csv"), "x,y\n1,2\n2,4\n3,7\n");
    }

    /** Serves a model that doubles x, on hosts that begin so. */
    void serve(String host, String model) {
        ingress.serve(host, FakeFunction.of(model, row -> 2 * row.path("x").doubleValue()));
    }

    LiveCluster cluster() {
        return cluster;
    }

    FakeIngress ingress() {
        return ingress;
    }

    /** The labelled rows that {@link #deploying} names. */
    Path evaluation() {
        return evaluation;
    }

    /** Arguments that deploy an image without waits. */
    List<String> deploying(String manifest, String image) {
        return new ArrayList<>(
                List.of(
                        "deploy",
                        "-f",
                        manifest,
                        "--image",
                        image,
                        "--via",
                        ingress.address().getHostString() + ":" + ingress.address().getPort(),
                        "--evaluation",
                        evaluation.toString(),
                        "--plan",
                        "50,100",
                        "--hold",
                        "0s",
                        "--min-rows",
                        "3",
                        "--requests",
                        "100",
                        "--p99-slack",
                        "1m"));
    }

    /** Runs a command here, and returns its exit code. */
    int run(List<String> arguments, Map<String, String> environment) {
        return run(arguments, environment, new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    /** Runs a command with another output. */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out) {
        return RolloutCommand.commandLine(new RolloutCommand(environment, out, Pauses.SHORT))
                .setErr(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .execute(arguments.toArray(String[]::new));
    }

    /** The output of the commands since the last {@link #clear}. */
    String said() {
        return output.toString(StandardCharsets.UTF_8);
    }

    void clear() {
        output.reset();
    }

    @Override
    public void close() {
        ingress.close();
        cluster.close();
    }
}
