package dev.onnxfunction.rollout.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code rollout}: gives a new revision of a Knative Service the traffic that it earns. */
@Command(
        name = "rollout",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Gives a new revision of a Knative Service the traffic that it earns.")
public final class RolloutCommand {

    RolloutCommand() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new RolloutCommand()).execute(args));
    }
}
