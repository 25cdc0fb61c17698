package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.gates.LatencyLimits;

import picocli.CommandLine.Option;

import java.time.Duration;

/** How slow the candidate may be. */
final class LatencyOptions {

    @Option(
            names = "--max-p99-ratio",
            paramLabel = "RATIO",
            defaultValue = "1.5",
            description =
                    "Largest ratio of the candidate's p99 to live's. Default: ${DEFAULT-VALUE}")
    double p99Ratio;

    @Option(
            names = "--p99-slack",
            paramLabel = "TIME",
            defaultValue = "5ms",
            description =
                    "A p99 that exceeds live's by at most this passes, whatever the ratio. The time"
                            + " of a request with many rows may exceed live's by 50 times this."
                            + " Default: ${DEFAULT-VALUE}")
    Duration p99Slack = Duration.ZERO;

    @Option(
            names = "--requests",
            paramLabel = "COUNT",
            defaultValue = "200",
            description = "Requests to each revision for measuring p99. Default: ${DEFAULT-VALUE}")
    int requests;

    LatencyLimits limits() {
        return new LatencyLimits(p99Ratio, p99Slack, requests);
    }
}
