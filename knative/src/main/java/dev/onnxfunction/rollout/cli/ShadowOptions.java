package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.gates.ShadowLimits;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;

/** Whether the candidate gets copies of real requests before it has traffic. */
final class ShadowOptions {

    @Option(
            names = "--shadow",
            paramLabel = "ROWS|TIME",
            description =
                    "Send the candidate copies of clients' requests to live before it has traffic:"
                            + " this many rows, or for this long. Default: none")
    @Nullable String shadow;

    @Option(
            names = "--shadow-time",
            paramLabel = "TIME",
            defaultValue = "10m",
            description =
                    "How long to wait for the rows of --shadow; then --inconclusive decides."
                            + " Default: ${DEFAULT-VALUE}")
    Duration time = Duration.ZERO;

    /**
     * The limits of the shadow; null if there is none.
     *
     * @param leastRows least number of rows to judge by if a time is given
     */
    @Nullable ShadowLimits limits(int leastRows) {
        if (shadow == null || shadow.isEmpty()) {
            return null;
        }
        try {
            return shadow.matches("\\d{1,9}")
                    ? ShadowLimits.rows(Integer.parseInt(shadow), time)
                    : ShadowLimits.time(Durations.parse(shadow), leastRows);
        } catch (TypeConversionException | IllegalArgumentException e) {
            throw new RefusalException(
                    Exit.REFUSED,
                    "--shadow is '%s'. Give a number of rows from 1 to 100000 or a time such as 10m, and a time for --shadow-time."
                            .formatted(shadow));
        }
    }
}
