package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.KnativePlatform;
import dev.onnxfunction.rollout.drive.Driver;
import dev.onnxfunction.rollout.drive.DryRunPlatform;
import dev.onnxfunction.rollout.drive.Gates;
import dev.onnxfunction.rollout.drive.Platform;
import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.engine.Observation.Passed;
import dev.onnxfunction.rollout.engine.State;
import dev.onnxfunction.rollout.job.JobContext;
import dev.onnxfunction.rollout.report.ProgressPrinter;

import io.fabric8.kubernetes.client.KubernetesClient;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A command that changes a Service of a cluster. */
abstract class ChangeCommand extends ClusterCommand {

    /** Number of revisions to keep, unless {@code --keep} gives another. */
    static final int KEEP = 5;

    private static final Gates NO_GATES =
            (_, _) -> {
                throw new IllegalStateException("Only a deployment runs the gates.");
            };

    @Option(
            names = "--dry-run",
            description = "Show what would be done if everything succeeded, and write nothing.")
    boolean dryRun;

    /** A new ID, or that of the Job, which all its pods share. */
    final String id() {
        return process.job().map(JobContext::id).orElseGet(RolloutIds::random);
    }

    /** When this command was submitted: that of the Job, else now. */
    final Instant begun() {
        return process.job().map(JobContext::begun).orElseGet(Instant::now);
    }

    /** Runs a command that needs no gates. */
    final int drive(String service, State.Command command) {
        try (KubernetesClient client = cluster.client()) {
            KnativePlatform platform = platform(client, service, null, KEEP);
            InstantSource clock = InstantSource.system();
            return drive(platform, command, NO_GATES, ProgressPrinter.of(process.out(), clock));
        }
    }

    /** Runs a command, for real or as a dry run. */
    final int drive(
            Platform platform, State.Command command, Gates gates, ProgressPrinter printer) {
        InstantSource clock = InstantSource.system();
        Driver driver =
                dryRun
                        ? dryDriver(platform, printer)
                        : new Driver(platform, gates, clock, process.sleeper(), printer);
        if (process.job().isPresent()) {
            Signals.leaveToTheNextPod();
        } else {
            Signals.passTo(driver);
        }
        Duration limit = limit();
        if (limit != null) {
            TimeLimit.pass(driver, begun(), limit);
        }
        return driver.run(command).code();
    }

    /** A driver whose clock jumps over each wait. */
    private static Driver dryDriver(Platform platform, ProgressPrinter printer) {
        Instant[] now = {Instant.now()};
        InstantSource clock = () -> now[0];
        Sleeper sleeper = time -> now[0] = now[0].plus(time);
        Gates gates =
                (running, _) -> {
                    printer.progress("the gates would run");
                    return new Passed(running.stage(), clock.instant());
                };
        printer.detail(
                "This is a dry run: nothing is written, and everything is assumed to succeed.");
        return new Driver(new DryRunPlatform(platform, clock), gates, clock, sleeper, printer);
    }
}
