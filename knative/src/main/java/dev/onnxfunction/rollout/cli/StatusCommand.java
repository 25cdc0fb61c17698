package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.cluster.KnativePlatform;
import dev.onnxfunction.rollout.drive.PlatformException;
import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Observation.Absent;
import dev.onnxfunction.rollout.engine.Observation.Present;
import dev.onnxfunction.rollout.engine.Observation.Unsupported;
import dev.onnxfunction.rollout.report.StatusReport;

import io.fabric8.kubernetes.client.KubernetesClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.time.Instant;

/** {@code rollout status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        description = "Shows which revisions have traffic, and the state of the last rollout.")
final class StatusCommand extends ClusterCommand {

    @Parameters(index = "0", paramLabel = "SERVICE", description = "Name of the Service.")
    String service = "";

    @Override
    String checked() {
        return KubernetesNames.service(service);
    }

    @Override
    int here() {
        try (KubernetesClient client = cluster.client()) {
            KnativePlatform platform = platform(client, service, null, 0);
            switch (platform.observe()) {
                case Present present ->
                        StatusReport.lines(present, platform::address, Instant.now())
                                .forEach(process.out()::println);
                case Absent _ ->
                        throw new RefusalException(
                                Exit.REFUSED, "There is no Service " + service + ".");
                case Unsupported strange ->
                        throw new RefusalException(Exit.REFUSED, strange.problem());
                default -> throw new IllegalStateException("It is seen or not.");
            }
            return Exit.DONE.code();
        } catch (PlatformException e) {
            throw new RefusalException(Exit.LOST, e.problem());
        }
    }
}
