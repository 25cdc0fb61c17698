package dev.onnxfunction.rollout.engine;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One attempt to give a candidate all traffic.
 *
 * @param id whoever finds another id in the Service than its own has been superseded, and stops
 * @param candidate the revision that is to earn the traffic
 * @param live the revision that has it, and gets it back on failure; null if there is none yet
 * @param plan the stages
 * @param begun when somebody asked for it; of two, the one that was asked for later prevails
 */
public record Rollout(
        String id, String candidate, @Nullable String live, Plan plan, Instant begun) {

    /** One that was asked for before any other. */
    public Rollout(String id, String candidate, @Nullable String live, Plan plan) {
        this(id, candidate, live, plan, Instant.EPOCH);
    }

    Rollout from(String revision) {
        return new Rollout(id, candidate, revision, plan, begun);
    }

    boolean isSupersededBy(Rollout other) {
        return !id.equals(other.id) && begun.isBefore(other.begun);
    }

    /** The same one, resumed by another command. */
    Rollout takenOverBy(Rollout other) {
        return new Rollout(
                other.id, candidate, live, plan.dealingWithLiveAs(other.plan), other.begun);
    }
}
