package dev.onnxfunction.rollout.gates;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.jspecify.annotations.Nullable;

/**
 * How many requests to a candidate may fail, because a single failure shows little.
 *
 * @param rate share of the requests, 0 to 1
 */
public record ErrorBudget(double rate) {

    /** A budget that nothing exceeds. */
    static final ErrorBudget UNLIMITED = new ErrorBudget(Double.POSITIVE_INFINITY);

    /** Failures that are always allowed, because a share of few requests is less than one. */
    private static final int LEAST = 2;

    /** One-sided level of the test whether retries hit the candidate more often than live. */
    private static final double LEVEL = 0.001;

    /** Whether more requests failed than the budget allows. */
    boolean isExceeded(AttemptCounts counts) {
        return counts.failures() > allowed(counts);
    }

    private int allowed(AttemptCounts counts) {
        return Math.max(LEAST, (int) (rate * counts.requests()));
    }

    /**
     * The counts of both revisions, and whether the candidate keeps to the budget.
     *
     * @param live the live model; null if there is none to compare with
     */
    GateResult result(@Nullable AttemptCounts live, AttemptCounts candidate) {
        return new GateResult(
                "errors",
                live == null ? "" : live.toString(),
                candidate.toString(),
                limit(),
                problem(live, candidate));
    }

    private String problem(@Nullable AttemptCounts live, AttemptCounts candidate) {
        if (isExceeded(candidate)) {
            return exceeded(candidate) + " Fix the cause, or raise --max-error-rate.";
        }
        AttemptCounts other = live == null ? new AttemptCounts() : live;
        if (hitsMore(candidate, other)) {
            return ("%d requests to it had to be repeated, and %d to live, through the same"
                        + " gateway. See whether its pods crash: 'rollout status', and their logs.")
                    .formatted(candidate.retries(), other.retries());
        }
        return "";
    }

    /** Such as {@code 3 of 40 requests failed, which is more than 2.} */
    String exceeded(AttemptCounts counts) {
        return "%d of %d requests failed, which is more than %d."
                .formatted(counts.failures(), counts.requests(), allowed(counts));
    }

    /** Such as {@code ≤ 0.1 %, or 2}. */
    String limit() {
        return "≤ " + Figures.percent(rate) + ", or " + LEAST;
    }

    /**
     * Whether requests to the candidate are lost on the way more often than chance explains: the
     * exact binomial test, given the number of retries and the number of requests to each revision
     * (the conditional test of two Poisson rates; J. Przyborowski, H. Wilenski, Biometrika 31,
     * 1940).
     */
    private static boolean hitsMore(AttemptCounts candidate, AttemptCounts live) {
        int all = candidate.retries() + live.retries();
        double share =
                live.requests() == 0
                        ? 0.5
                        : (double) candidate.requests() / (candidate.requests() + live.requests());
        double tail =
                BinomialDistribution.of(all, share).survivalProbability(candidate.retries() - 1);
        return tail < LEVEL;
    }
}
