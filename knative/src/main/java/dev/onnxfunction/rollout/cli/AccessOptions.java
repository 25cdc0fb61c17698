package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.gates.RevisionAccess;
import dev.onnxfunction.rollout.job.JobContext;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How requests reach the candidate and the live revision. */
final class AccessOptions {

    private static final String ROLLOUT_KEY = "ROLLOUT_KEY";

    private static final Pattern VIA =
            Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(?::(\\d{1,5}))?");

    @Option(
            names = "--via",
            paramLabel = "HOST:PORT",
            description =
                    "Send the gates' requests to this address, in plain HTTP, with the"
                            + " revision's address as Host: an ingress, or a port-forward of"
                            + " it.")
    @Nullable String via;

    @Option(
            names = "--header-env",
            paramLabel = "HEADER=VARIABLE",
            description =
                    "Header for the gates' requests, and the environment variable with its"
                            + " whole value: with Authorization=AUTHORIZATION, the variable"
                            + " AUTHORIZATION holds 'Bearer KEY'.")
    Map<String, String> headers = new HashMap<>();

    @Option(
            names = "--rollout-key-env",
            paramLabel = "VARIABLE",
            description =
                    "Environment variable with the key that marks the gates' requests, so"
                            + " that the function does not count them as clients' requests."
                            + " Default: ROLLOUT_KEY, if it is set")
    @Nullable String rolloutKey;

    /**
     * Reads the options.
     *
     * @param process provides the variables that the options name, and the Job whose keys are used
     *     if no header is given
     */
    RevisionAccess access(ProcessContext process) throws IOException {
        Map<String, String> values = new HashMap<>();
        headers.forEach(
                (header, variable) ->
                        values.put(
                                header,
                                value(
                                        "--header-env",
                                        header,
                                        variable,
                                        process.variable(variable))));
        String name = rolloutKey == null ? ROLLOUT_KEY : rolloutKey;
        String mark = process.variable(name);
        if (rolloutKey != null || (mark != null && !mark.isBlank())) {
            values.put(
                    RevisionAccess.KEY_HEADER,
                    value("--rollout-key-env", RevisionAccess.KEY_HEADER, name, mark));
        }
        Optional<JobContext> job = process.job();
        Optional<String> key = job.isEmpty() ? Optional.empty() : job.get().key();
        key.ifPresent(each -> values.putIfAbsent("Authorization", "Bearer " + each));
        return new RevisionAccess(via == null ? null : address(via), values);
    }

    /**
     * Refuses options that name environment variables of this machine, because a Job has no access
     * to them.
     */
    void refuseInCluster() {
        if (!headers.isEmpty() || rolloutKey != null) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "--header-env and --rollout-key-env are for requests from this machine. A"
                            + " Job takes the keys from the Secrets SERVICE-keys and"
                            + " SERVICE-rollout-key: leave the option out.");
        }
    }

    private static String value(
            String option, String header, String variable, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "The environment variable %s of %s is %s. Set it to the value of the header %s."
                            .formatted(
                                    variable, option, value == null ? "not set" : "empty", header));
        }
        try {
            if (header.equalsIgnoreCase("Host")) {
                throw new IllegalArgumentException("It is set by --via.");
            }
            HttpRequest.newBuilder().header(header, value);
        } catch (IllegalArgumentException e) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "%s: no request can have the header '%s' with the value of %s. Give a name such as Authorization, and a value of one line."
                            .formatted(option, header, variable));
        }
        return value;
    }

    private static InetSocketAddress address(String via) {
        Matcher form = VIA.matcher(via);
        int port = form.matches() && form.group(2) != null ? Integer.parseInt(form.group(2)) : 80;
        if (!form.matches() || port < 1 || port > 65_535) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "--via is HOST or HOST:PORT, such as localhost:8081, and not '" + via + "'.");
        }
        return InetSocketAddress.createUnresolved(form.group(1), port);
    }
}
