package dev.onnxfunction.rollout.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** Where the command runs. */
final class ClusterOptions extends ContextOptions {

    @Option(
            names = "--in-cluster",
            paramLabel = "IMAGE",
            description =
                    "Run this command as a Job in the Service's namespace, with this rollout image,"
                            + " and follow it. The Job continues if this command ends.")
    @Nullable String inCluster;

    @Option(
            names = "--volume",
            paramLabel = "CLAIM",
            description =
                    "A PersistentVolumeClaim for the Job, mounted at /volume, with files that are"
                            + " too large for a ConfigMap.")
    @Nullable String volume;
}
