package dev.onnxfunction.rollout.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The defaults that rollouts.md names are those of the command. */
class DefaultsTest {

    /** Options whose value in the text is an example, because they are off by default. */
    private static final List<String> EXAMPLES =
            List.of("--approval", "--bake", "--min-requests", "--time-limit");

    private static final Pattern WITH_VALUE =
            Pattern.compile("`(--[a-z0-9-]+) ([0-9][a-z0-9.,]*%?)`");

    @Test
    void everyDefaultInTheTextIsThatOfDeploy() throws IOException {
        Map<String, String> documented =
                WITH_VALUE
                        .matcher(Files.readString(Path.of("rollouts.md")))
                        .results()
                        .filter(option -> !EXAMPLES.contains(option.group(1)))
                        .collect(
                                Collectors.toMap(
                                        option -> option.group(1),
                                        option -> option.group(2),
                                        DefaultsTest::same,
                                        TreeMap::new));

        assertThat(documented).hasSizeGreaterThan(12);
        assertThat(documented)
                .allSatisfy(
                        (name, value) ->
                                assertThat(valueOf(name, name, value)).isEqualTo(valueOf(name)));
    }

    private static String same(String one, String other) {
        assertThat(other).as("The text names one default").isEqualTo(one);
        return one;
    }

    /** The value of an option of {@code deploy} with these arguments. */
    private static Object valueOf(String name, String... arguments) {
        CommandLine rollout = RolloutCommand.commandLine();
        List<String> all = new ArrayList<>(List.of("deploy", "--image", "x"));
        all.addAll(List.of(arguments));
        rollout.parseArgs(all.toArray(String[]::new));
        CommandLine deploy = requireNonNull(rollout.getSubcommands().get("deploy"));
        return deploy.getCommandSpec().findOption(name).getValue();
    }
}
