package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code rollout rollback}. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Sends all traffic to the previous revision. Run it again to undo.")
final class RollbackCommand extends ClusterCommand {

    @Parameters(index = "0", paramLabel = "SERVICE", description = "Its name.")
    String service = "";

    @Override
    String checked() {
        return Names.service(service);
    }

    @Override
    int here() {
        return drive(service, new State.Rollback(id()));
    }
}
