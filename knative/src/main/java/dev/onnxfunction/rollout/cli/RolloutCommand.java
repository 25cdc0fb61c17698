package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.gates.ErrorBudget;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** {@code rollout}: gives a new revision of a Knative Service the traffic that it earns. */
@Command(
        name = "rollout",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeployCommand.class,
            StatusCommand.class,
            PromoteCommand.class,
            RollbackCommand.class,
            AbortCommand.class,
            SimulateCommand.class
        },
        description = "Gives a new revision of a Knative Service the traffic that it earns.")
public final class RolloutCommand {

    RolloutCommand() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        // Whatever the locale says: bars and signs are beyond ASCII.
        System.setOut(
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host"); // For --via.
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new RolloutCommand())
                .registerConverter(Duration.class, Durations::parse)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(ErrorBudget.class, Percentages::budget)
                .setExecutionExceptionHandler(
                        (e, command, _) -> {
                            if (e instanceof RefusalException refusal) {
                                command.getErr().println(refusal.getMessage());
                                return refusal.exit().code();
                            }
                            throw e;
                        });
    }
}
