package dev.onnxfunction.rollout.engine;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One attempt to give a candidate all traffic.
 *
 * @param id a process that finds another ID in the Service has been superseded, and stops
 * @param candidate the new revision
 * @param live the revision that gets the traffic back on failure; null if there is none yet
 * @param plan the stages
 * @param begun when it was submitted; of two rollouts, the one submitted later prevails
 */
public record Rollout(
        String id, String candidate, @Nullable String live, RolloutPlan plan, Instant begun) {

    /** A rollout that counts as submitted before any other. */
    public Rollout(String id, String candidate, @Nullable String live, RolloutPlan plan) {
        this(id, candidate, live, plan, Instant.EPOCH);
    }

    Rollout from(String revision) {
        return new Rollout(id, candidate, revision, plan, begun);
    }

    boolean isSupersededBy(Rollout other) {
        return !id.equals(other.id) && begun.isBefore(other.begun);
    }

    /** The same rollout, resumed by another command. */
    Rollout takenOverBy(Rollout other) {
        return new Rollout(
                other.id, candidate, live, plan.dealingWithLiveAs(other.plan), other.begun);
    }
}
