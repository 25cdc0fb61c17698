package dev.onnxfunction.rollout.cli;

import io.fabric8.kubernetes.client.KubernetesClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.util.concurrent.Callable;

/** {@code rollout attach}. */
@Command(
        name = "attach",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        description =
                "Follows the Service's newest Job, created by --in-cluster, and exits with its exit"
                        + " code.")
final class AttachCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "SERVICE", description = "Name of the Service.")
    String service = "";

    @ParentCommand ProcessContext process = new ProcessContext();

    @Mixin ContextOptions context = new ContextOptions();

    @Override
    public Integer call() {
        try (KubernetesClient client = context.client()) {
            return new JobRunner(client, context.namespace(client), new StandardInput(), process)
                    .attach(KubernetesNames.service(service));
        }
    }
}
