package dev.onnxfunction.rollout.gates.traffic;

import dev.onnxfunction.rollout.gates.statistics.ExcessTest;
import dev.onnxfunction.rollout.gates.statistics.ShareTest;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.jspecify.annotations.Nullable;

import java.util.function.ToLongFunction;

/**
 * Tests whether a kind of response is more frequent at the candidate. While both have traffic, they
 * are compared period by period. Once the candidate has all traffic, its share is compared with the
 * upper bound of live's.
 */
public final class ErrorComparison {

    private final ToLongFunction<ServedRequests> count;
    private final double level;
    private final ExcessTest shared = new ExcessTest();
    private long liveHits;
    private long live;
    private long hits;
    private long candidate;
    private @Nullable ShareTest alone;

    /**
     * @param count returns the number of responses of the kind
     * @param level maximum probability that an equally good candidate ever fails
     */
    ErrorComparison(ToLongFunction<ServedRequests> count, double level) {
        this.count = count;
        this.level = level;
    }

    void add(ServedRequests ofLive, ServedRequests ofCandidate, boolean hasAll) {
        long liveMore = count.applyAsLong(ofLive);
        long more = count.applyAsLong(ofCandidate);
        shared.add(liveMore, ofLive.requests(), more, ofCandidate.requests());
        liveHits += liveMore;
        live += ofLive.requests();
        hits += more;
        candidate += ofCandidate.requests();
        if (hasAll && alone == null && live > 0 && liveHits < live) {
            alone = new ShareTest(upperBound());
        }
        if (hasAll && alone != null && ofLive.requests() == 0) {
            alone.add(more, ofCandidate.requests());
        }
    }

    /** The upper bound of live's share, by C. Clopper and E. Pearson, Biometrika 26, 1934. */
    private double upperBound() {
        return BetaDistribution.of(liveHits + 1.0, (double) (live - liveHits))
                .inverseSurvivalProbability(level / 4);
    }

    /** Whether the candidate's share is shown to be larger. */
    public boolean isMore() {
        return shared.isLarger(level / 2) || (alone != null && alone.isAbove(level / 4));
    }

    /** Live's responses of the kind, such as {@code 3 of 4120}. */
    public String ofLive() {
        return liveHits + " of " + live;
    }

    /** The candidate's responses of the kind. */
    public String ofCandidate() {
        return hits + " of " + candidate;
    }
}
