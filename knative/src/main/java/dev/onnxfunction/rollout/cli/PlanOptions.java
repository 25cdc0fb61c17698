package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.Plan;

import org.jspecify.annotations.Nullable;

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

    @Option(
            names = "--bake",
            paramLabel = "TIME",
            defaultValue = "0s",
            description =
                    "How much longer than --hold the candidate is watched with all traffic, which"
                            + " goes back to live if it fails. Default: ${DEFAULT-VALUE}")
    Duration bake = Duration.ZERO;

    @Option(
            names = "--min-requests",
            paramLabel = "COUNT",
            defaultValue = "0",
            description =
                    "Requests of users that the candidate must have served at each share before it"
                            + " gets the next one; 0 to let time alone decide. Default:"
                            + " ${DEFAULT-VALUE}")
    int minRequests;

    @Option(
            names = "--max-hold",
            paramLabel = "TIME",
            defaultValue = "1h",
            description =
                    "How long a share lasts at most until there are --min-requests; then"
                            + " --inconclusive decides. Default: ${DEFAULT-VALUE}")
    Duration maxHold = Duration.ZERO;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            description =
                    "All traffic goes back to live if the rollout has not ended after this time."
                            + " Default: none")
    @Nullable Duration timeLimit;

    /** With these times unless others are given. */
    PlanOptions(Duration hold, Duration liveDeadline) {
        this.hold = hold;
        this.liveDeadline = liveDeadline;
    }

    /**
     * The plan.
     *
     * @param shadow how long the candidate gets copies of requests at most
     * @param approval how long it waits for somebody to approve it
     */
    Plan plan(Duration shadow, Duration approval) {
        try {
            return new Plan(
                    percents,
                    hold,
                    deadline,
                    liveDeadline,
                    replaceFailedLive,
                    new Plan.Watch(bake, minRequests, maxHold, shadow, approval));
        } catch (IllegalArgumentException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        }
    }
}
