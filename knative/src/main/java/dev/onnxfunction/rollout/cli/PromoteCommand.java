package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Command;

/** {@code rollout promote}. */
@Command(
        name = "promote",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        description = "Sends all traffic to a candidate that has passed the gates before traffic.")
final class PromoteCommand extends ServiceCommand {

    @Override
    State.Command command() {
        return new State.Promote();
    }
}
