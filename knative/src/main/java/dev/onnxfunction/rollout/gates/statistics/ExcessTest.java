package dev.onnxfunction.rollout.gates.statistics;

/**
 * Tests whether a share of the requests, such as those that failed, is larger at the candidate than
 * at live, where each request goes to one of the two at random. It takes the counts of each period,
 * and may be evaluated after each. Within a period, given how many failed at both together, the
 * candidate's number has Fisher's hypergeometric distribution if the shares are equal, and the
 * noncentral one if the odds differ. Because each period is a stratum of its own, as in the test of
 * N. Mantel and W. Haenszel (Journal of the National Cancer Institute 22, 1959), the share may
 * differ from one period to the next, and so may that of the traffic.
 */
public final class ExcessTest {

    private final Evidence evidence = new Evidence();

    /**
     * Takes a period.
     *
     * @param liveHits requests of live that count, at most {@code live}
     * @param live requests of live
     * @param hits requests of the candidate that count, at most {@code candidate}
     * @param candidate requests of the candidate
     */
    public void add(long liveHits, long live, long hits, long candidate) {
        long all = liveHits + hits;
        if (all == 0 || live == 0 || candidate == 0) {
            return; // The candidate's number is certain, so it shows nothing.
        }
        int least = Math.toIntExact(Math.max(0, all - live));
        int most = Math.toIntExact(Math.min(all, candidate));
        double[] logs = logWeights(least, most, all, live, candidate);
        double equal = logSum(logs, least, 0);
        for (int i = 0; i < Evidence.ODDS.length; i++) {
            double odds = Evidence.LOG_ODDS[i];
            evidence.add(i, hits * odds - logSum(logs, least, odds) + equal);
        }
    }

    /** Logarithms of the weights of the numbers from least to most, at equal odds. */
    private static double[] logWeights(int least, int most, long all, long live, long candidate) {
        double[] logs = new double[most - least + 1];
        for (int k = least; k < most; k++) {
            double ratio =
                    (double) (all - k) * (candidate - k) / ((k + 1.0) * (live - all + k + 1.0));
            logs[k - least + 1] = logs[k - least] + Math.log(ratio);
        }
        return logs;
    }

    private static double logSum(double[] logs, int least, double odds) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < logs.length; i++) {
            largest = Math.max(largest, logs[i] + (least + i) * odds);
        }
        double sum = 0;
        for (int i = 0; i < logs.length; i++) {
            sum += Math.exp(logs[i] + (least + i) * odds - largest);
        }
        return largest + Math.log(sum);
    }

    /**
     * Whether the candidate's share is shown to be larger.
     *
     * @param level maximum probability that equal shares ever lead to this, over 0 and below 1
     */
    public boolean isLarger(double level) {
        return evidence.rejects(level);
    }
}
