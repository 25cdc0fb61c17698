package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.State;

import picocli.CommandLine.Parameters;

/** A command that only names a Service, and runs no gates. */
abstract class ServiceCommand extends ChangeCommand {

    @Parameters(index = "0", paramLabel = "SERVICE", description = "Name of the Service.")
    String service = "";

    /** The command for the Service. */
    abstract State.Command command();

    @Override
    final String checked() {
        return KubernetesNames.service(service);
    }

    @Override
    final int here() {
        return drive(service, command());
    }
}
