package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.Candidate;
import dev.onnxfunction.rollout.cluster.KnativePlatform;
import dev.onnxfunction.rollout.engine.Exit;

import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

/** A command for a Service of a cluster, which runs in this process or as a Job. */
abstract class ClusterCommand implements Callable<Integer> {

    @Mixin ClusterOptions cluster = new ClusterOptions();

    @ParentCommand ProcessContext process = new ProcessContext();

    final StandardInput input = new StandardInput();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public final Integer call() throws IOException {
        if (cluster.inCluster == null) {
            if (cluster.volume != null) {
                throw new RefusalException(
                        Exit.REFUSED, "--volume is for the Job of --in-cluster. Give that, too.");
            }
            return here();
        }
        String name = checked();
        try (KubernetesClient client = cluster.client()) {
            ParseResult typed = Objects.requireNonNull(spec).commandLine().getParseResult();
            return new JobRunner(client, cluster.namespace(client), input, process)
                    .run(typed, name, cluster, limit());
        }
    }

    /** Runs the command in this process. */
    abstract int here() throws IOException;

    /**
     * Checks the options before the Job is submitted.
     *
     * @return the Service's name
     */
    abstract String checked() throws IOException;

    /** Time limit of the command; null if there is none. */
    @Nullable Duration limit() {
        return null;
    }

    /**
     * The platform.
     *
     * @param candidate the revision to deploy; null if there is none
     * @param keep number of revisions to keep, including those with traffic or a tag
     */
    final KnativePlatform platform(
            KubernetesClient client, String service, @Nullable Candidate candidate, int keep) {
        return new KnativePlatform(
                client,
                cluster.namespace(client),
                KubernetesNames.service(service),
                candidate,
                keep);
    }
}
