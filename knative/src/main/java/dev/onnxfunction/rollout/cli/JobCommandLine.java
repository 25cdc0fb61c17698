package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.job.JobRequest;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command line of a Job: without the options that specify where the command runs, and with the
 * content of the files that it names.
 *
 * @param arguments the subcommand and what follows
 * @param files their content, by the name of the option
 */
record JobCommandLine(List<String> arguments, Map<String, byte[]> files) {

    private static final Set<String> OF_THIS_MACHINE =
            Set.of("--in-cluster", "--volume", "--context", "--namespace");

    /** Reads the files. */
    static JobCommandLine of(
            ParseResult parsed, String namespace, String service, StandardInput input)
            throws IOException {
        List<String> arguments = new ArrayList<>();
        Map<String, byte[]> files = new HashMap<>();
        arguments.add(parsed.commandSpec().name());
        arguments.add(service);
        arguments.add("--namespace=" + namespace);
        for (OptionSpec option : parsed.matchedOptions()) {
            String name = option.longestName();
            if (OF_THIS_MACHINE.contains(name)) {
                continue;
            }
            if (option.type() == Path.class) {
                arguments.add(
                        name + "=" + file(name.substring(2), option.getValue(), files, input));
            } else if (option.arity().max() == 0) {
                arguments.add(name);
            } else {
                option.originalStringValues().forEach(value -> arguments.add(name + "=" + value));
            }
        }
        return new JobCommandLine(List.copyOf(arguments), Map.copyOf(files));
    }

    /** The path of the file in the Job. */
    private static String file(
            String name, Path path, Map<String, byte[]> files, StandardInput input)
            throws IOException {
        if (path.startsWith(JobRequest.VOLUME)) {
            return path.toString();
        }
        files.put(name, path.toString().equals("-") ? input.read() : Files.readAllBytes(path));
        return JobRequest.path(name);
    }
}
