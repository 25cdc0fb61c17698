package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code rollout abort}. */
@Command(
        name = "abort",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Ends the running rollout and sends all traffic back to the live revision.")
final class AbortCommand extends ClusterCommand {

    @Parameters(index = "0", paramLabel = "SERVICE", description = "Its name.")
    String service = "";

    @Override
    String checked() {
        return Names.service(service);
    }

    @Override
    int here() {
        return drive(service, new State.Abort());
    }
}
