package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Command;

/** {@code rollout rollback}. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        description = "Sends all traffic to the previous revision. Run it again to undo.")
final class RollbackCommand extends ServiceCommand {

    @Override
    State.Command command() {
        return new State.Rollback(id());
    }
}
