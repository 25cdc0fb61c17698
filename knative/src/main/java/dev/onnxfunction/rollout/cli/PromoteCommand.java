package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code rollout promote}. */
@Command(
        name = "promote",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Sends all traffic to a candidate that has passed the gates before traffic.")
final class PromoteCommand extends ClusterCommand {

    @Parameters(index = "0", paramLabel = "SERVICE", description = "Its name.")
    String service = "";

    @Override
    String checked() {
        return Names.service(service);
    }

    @Override
    int here() {
        return drive(service, new State.Promote());
    }
}
