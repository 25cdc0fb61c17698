package dev.onnxfunction.rollout.engine;

import java.util.Set;

/** The tags that a rollout gives away. Any other tag is somebody else's, and is kept. */
public final class Tags {

    /** The revision that has, or is to get back, all traffic. */
    public static final String LIVE = "live";

    /** The revision that is to earn traffic, or that failed to. */
    public static final String CANDIDATE = "candidate";

    /** The revision that was live before, one {@code rollout rollback} away. */
    public static final String PREVIOUS = "previous";

    /** All of them. */
    public static final Set<String> OWN = Set.of(LIVE, CANDIDATE, PREVIOUS);

    private Tags() {}
}
