package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.job.JobContext;
import dev.onnxfunction.rollout.job.JobFollower;
import dev.onnxfunction.rollout.job.JobRequest;
import dev.onnxfunction.rollout.job.JobResult;
import dev.onnxfunction.rollout.job.Jobs;
import dev.onnxfunction.rollout.job.Jobs.Submitted;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ParseResult;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Runs a command as a Job of the cluster, and prints the Job's output. */
final class JobRunner {

    private final KubernetesClient client;
    private final String namespace;
    private final StandardInput input;
    private final PrintStream out;
    private final Sleeper sleeper;

    /**
     * @param input for files that are named '-'
     * @param process provides the output and the pace
     */
    JobRunner(
            KubernetesClient client,
            String namespace,
            StandardInput input,
            ProcessContext process) {
        this.client = client;
        this.namespace = namespace;
        this.input = input;
        this.out = process.out();
        this.sleeper = process.sleeper();
    }

    /**
     * Submits a command and follows it.
     *
     * @param parsed the command as it was typed
     * @param limit how long it may take; null if there is no limit
     * @return the exit code of the command
     */
    int run(ParseResult parsed, String service, ClusterOptions options, @Nullable Duration limit) {
        try {
            JobRequest request = request(parsed, service, options, limit);
            Submitted submitted = new Jobs(client, sleeper).submit(request);
            String name = submitted.job().getMetadata().getName();
            out.printf(
                    submitted.isNew()
                            ? "The Job %s runs this in the namespace %s. It continues without this"
                                    + " command: 'rollout attach %s' follows it.%n"
                            : "The Job %s in the namespace %s already runs the same command. Its"
                                    + " output follows, as with 'rollout attach %s'.%n",
                    name,
                    namespace,
                    service);
            return follow(submitted.job(), submitted.isNew());
        } catch (IllegalArgumentException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new RefusalException(Exit.REFUSED, "A file cannot be read. " + e.getMessage());
        } catch (PlatformException e) {
            throw new RefusalException(
                    e.permanent() ? Exit.REFUSED : Exit.LOST,
                    "The Job could not be created. " + e.problem() + submitting(e));
        } catch (InterruptedException e) {
            throw new RefusalException(Exit.INTERRUPTED, "No Job is known to have been created.");
        }
    }

    private static String submitting(PlatformException e) {
        return e.problem().contains("forbidden")
                ? " Submitting needs the Role of knative/access/submit.yaml."
                : "";
    }

    /** Follows the newest Job of a Service. */
    int attach(String service) {
        try {
            Optional<Job> job = new Jobs(client, sleeper).newest(namespace, service);
            if (job.isEmpty()) {
                throw new RefusalException(
                        Exit.REFUSED,
                        "The namespace %s has no Job for %s: the last one was removed, or its command ran elsewhere. See 'rollout status'."
                                .formatted(namespace, service));
            }
            out.printf("The Job %s:%n", job.get().getMetadata().getName());
            return follow(job.get(), false);
        } catch (PlatformException e) {
            throw new RefusalException(
                    e.permanent() ? Exit.REFUSED : Exit.LOST, e.problem() + submitting(e));
        } catch (InterruptedException e) {
            throw new RefusalException(Exit.INTERRUPTED, "The Job continues.");
        }
    }

    private int follow(Job job, boolean mine) throws InterruptedException {
        JobFollower follower = new JobFollower(client, InstantSource.system(), sleeper, out);
        JobResult end = follower.follow(job, mine);
        if (!end.message().isEmpty()) {
            throw new RefusalException(end.exit(), end.message());
        }
        return end.code();
    }

    private JobRequest request(
            ParseResult parsed, String service, ClusterOptions options, @Nullable Duration limit)
            throws IOException {
        JobCommandLine command = JobCommandLine.of(parsed, namespace, service, input);
        return new JobRequest(
                namespace,
                service,
                String.valueOf(options.inCluster),
                command.arguments(),
                command.files(),
                options.volume,
                JobContext.now(RolloutIds.random()),
                limit);
    }
}
