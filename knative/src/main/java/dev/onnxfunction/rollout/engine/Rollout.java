package dev.onnxfunction.rollout.engine;

import org.jspecify.annotations.Nullable;

/**
 * One attempt to give a candidate all traffic.
 *
 * @param id whoever finds another id in the Service than its own has been superseded, and stops
 * @param candidate the revision that is to earn the traffic
 * @param live the revision that has it, and gets it back on failure; null if there is none yet
 * @param plan the stages
 */
public record Rollout(String id, String candidate, @Nullable String live, Plan plan) {

    Rollout from(String revision) {
        return new Rollout(id, candidate, revision, plan);
    }

    /** The same one, resumed by another command. */
    Rollout takenOverBy(Rollout other) {
        return new Rollout(other.id, candidate, live, plan.dealingWithLiveAs(other.plan));
    }
}
