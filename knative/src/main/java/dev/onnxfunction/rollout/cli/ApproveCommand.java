package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code rollout approve}. */
@Command(
        name = "approve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Gives its first share of traffic to a candidate that has passed the gates and"
                        + " waits for an approval.")
final class ApproveCommand extends ClusterCommand {

    @Parameters(index = "0", paramLabel = "SERVICE", description = "Its name.")
    String service = "";

    @Override
    String checked() {
        return Names.service(service);
    }

    @Override
    int here() {
        return drive(service, new State.Approve());
    }
}
