package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Plan;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.List;

/** How the candidate gets its traffic. */
final class PlanOptions {

    @Option(
            names = "--plan",
            paramLabel = "PERCENT",
            split = ",",
            defaultValue = "1,10,50,100",
            description = "The candidate's shares, one after another. Default: ${DEFAULT-VALUE}")
    List<Integer> percents = List.of();

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            description =
                    "How long each share lasts, while the gates are asked again and again."
                            + " Default: 60s; when simulated, 5s")
    Duration hold;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description =
                    "How long the candidate may take to become ready, and any share to be applied."
                            + " Default: 5m")
    Duration deadline = Duration.ofMinutes(5);

    @Option(
            names = "--live-deadline",
            paramLabel = "TIME",
            description =
                    "How long the live revision may fail before it counts as failed, and the"
                            + " rollout stops where it is. Default: 60s; when simulated, 10s")
    Duration liveDeadline;

    @Option(
            names = "--replace-failed-live",
            description =
                    "If live fails for that long, give all traffic to a candidate that passes the"
                            + " gates alone, compared with nothing.")
    boolean replaceFailedLive;

    /** With these times unless others are given. */
    PlanOptions(Duration hold, Duration liveDeadline) {
        this.hold = hold;
        this.liveDeadline = liveDeadline;
    }

    Plan plan() {
        try {
            return new Plan(percents, hold, deadline, liveDeadline, replaceFailedLive);
        } catch (IllegalArgumentException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        }
    }
}
