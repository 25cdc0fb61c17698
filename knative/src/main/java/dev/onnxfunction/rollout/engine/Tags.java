package dev.onnxfunction.rollout.engine;

import java.util.Set;

/** The tags that a rollout sets. It keeps any other tag. */
public final class Tags {

    /** The revision that has, or is to get back, all traffic. */
    public static final String LIVE = "live";

    /** The revision that is being rolled out, or that failed. */
    public static final String CANDIDATE = "candidate";

    /** The revision that was live before, to which {@code rollout rollback} returns. */
    public static final String PREVIOUS = "previous";

    /** All of them. */
    public static final Set<String> OWN = Set.of(LIVE, CANDIDATE, PREVIOUS);

    private Tags() {}
}
