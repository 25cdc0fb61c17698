package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Command;

/** {@code rollout abort}. */
@Command(
        name = "abort",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        description = "Ends the running rollout and sends all traffic back to the live revision.")
final class AbortCommand extends ServiceCommand {

    @Override
    State.Command command() {
        return new State.Abort();
    }
}
