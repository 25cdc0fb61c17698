package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Command;

/** {@code rollout approve}. */
@Command(
        name = "approve",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        description =
                "Gives its first share of traffic to a candidate that has passed the gates and"
                        + " waits for an approval.")
final class ApproveCommand extends ServiceCommand {

    @Override
    State.Command command() {
        return new State.Approve();
    }
}
