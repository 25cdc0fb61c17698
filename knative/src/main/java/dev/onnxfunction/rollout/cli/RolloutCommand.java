package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.drive.Sleeper;
import dev.onnxfunction.rollout.gates.ErrorBudget;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** {@code rollout}: rolls out new revisions of a Knative Service while they pass the gates. */
@Command(
        name = "rollout",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeployCommand.class,
            StatusCommand.class,
            ApproveCommand.class,
            PromoteCommand.class,
            RollbackCommand.class,
            AbortCommand.class,
            AttachCommand.class,
            SimulateCommand.class
        },
        description =
                "Rolls out new revisions of a Knative Service step by step, while they pass the"
                        + " gates.")
public final class RolloutCommand extends ProcessContext {

    RolloutCommand() {}

    RolloutCommand(Map<String, String> environment, PrintStream out, Sleeper sleeper) {
        super(environment, out, sleeper);
    }

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        // In any locale, because the output has characters beyond ASCII.
        System.setOut(
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host"); // For --via.
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return commandLine(new RolloutCommand());
    }

    static CommandLine commandLine(RolloutCommand command) {
        return new CommandLine(command)
                .registerConverter(Duration.class, Durations::parse)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(ErrorBudget.class, Percentages::budget)
                .setExecutionExceptionHandler(
                        (e, failed, _) -> {
                            if (e instanceof RefusalException refusal) {
                                failed.getErr().println(refusal.getMessage());
                                return refusal.exit().code();
                            }
                            throw e;
                        });
    }
}
