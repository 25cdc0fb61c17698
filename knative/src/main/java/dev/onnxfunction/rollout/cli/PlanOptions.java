package dev.onnxfunction.rollout.cli;

import dev.onnxfunction.rollout.engine.Exit;
import dev.onnxfunction.rollout.engine.RolloutPlan;

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
            description = "The candidate's shares of traffic, in order. Default: ${DEFAULT-VALUE}")
    List<Integer> percents = List.of();

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            description =
                    "How long each share lasts; the gates run throughout. Default: 60s; in"
                            + " simulate, 5s")
    Duration hold;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description =
                    "How long the candidate may take to become ready, and Knative to apply a"
                            + " share. Default: 5m")
    Duration deadline = RolloutPlan.DEADLINE;

    @Option(
            names = "--live-deadline",
            paramLabel = "TIME",
            description =
                    "How long the live revision may fail before the rollout stops where it is."
                            + " Default: 60s; in simulate, 10s")
    Duration liveDeadline;

    @Option(
            names = "--replace-failed-live",
            description =
                    "If live fails for --live-deadline, give all traffic to a candidate that passes"
                            + " the gates that need no comparison.")
    boolean replaceFailedLive;

    @Option(
            names = "--bake",
            paramLabel = "TIME",
            defaultValue = "0s",
            description =
                    "How much longer than --hold the candidate is watched at 100 %%; if it fails,"
                            + " all traffic goes back to live. Default: ${DEFAULT-VALUE}")
    Duration bake = Duration.ZERO;

    @Option(
            names = "--min-requests",
            paramLabel = "COUNT",
            defaultValue = "0",
            description =
                    "User requests that the candidate must serve at each share before it gets the"
                            + " next one; 0 to advance by time alone. Default: ${DEFAULT-VALUE}")
    int minRequests;

    @Option(
            names = "--max-hold",
            paramLabel = "TIME",
            defaultValue = "1h",
            description =
                    "Longest wait for --min-requests at a share; then --inconclusive decides."
                            + " Default: ${DEFAULT-VALUE}")
    Duration maxHold = Duration.ZERO;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            description =
                    "Send all traffic back to live if the rollout has not ended after this time."
                            + " Default: none")
    @Nullable Duration timeLimit;

    /** With default values for two of the times. */
    PlanOptions(Duration hold, Duration liveDeadline) {
        this.hold = hold;
        this.liveDeadline = liveDeadline;
    }

    /**
     * The plan.
     *
     * @param shadow longest duration of the shadow
     * @param approval longest wait for an approval
     */
    RolloutPlan plan(Duration shadow, Duration approval) {
        try {
            return new RolloutPlan(
                    percents,
                    hold,
                    deadline,
                    liveDeadline,
                    replaceFailedLive,
                    new RolloutPlan.Analysis(bake, minRequests, maxHold, shadow, approval));
        } catch (IllegalArgumentException e) {
            throw new RefusalException(Exit.REFUSED, String.valueOf(e.getMessage()));
        }
    }
}
