package dev.onnxfunction.rollout.engine;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The revisions' shares of traffic. It cannot be constructed with a sum other than 100, so that no
 * other sum can be written.
 *
 * @param targets their percentages sum to 100, and no tag occurs twice
 */
public record Traffic(List<Target> targets) {

    /** The tags that a running rollout sets; {@code previous} changes only when it is won. */
    private static final Set<String> ROLLING = Set.of(Tags.LIVE, Tags.CANDIDATE);

    /** Refuses targets that do not sum to 100, or share a tag. */
    public Traffic {
        targets = List.copyOf(targets);
        int sum = targets.stream().mapToInt(Target::percent).sum();
        if (sum != 100) {
            throw new IllegalArgumentException("Traffic sums to " + sum + ": " + targets);
        }
        Set<String> tags = new HashSet<>();
        for (Target target : targets) {
            if (target.tag() != null && !tags.add(target.tag())) {
                throw new IllegalArgumentException("Tag " + target.tag() + " twice: " + targets);
            }
        }
    }

    /** All traffic for the revision of a first deployment. */
    static Traffic first(String revision, String tag) {
        return new Traffic(List.of(new Target(revision, 100, tag)));
    }

    /**
     * A share for the candidate, the rest for the live revision. Tags that are not ours stay where
     * they are, and so does {@code previous}.
     *
     * @param percent of the candidate
     * @param ready the revisions that are ready: Knative applies no new routes as long as one
     *     target is not ready, so revisions that are not ready lose their tags
     */
    Traffic split(String live, String candidate, int percent, Set<String> ready) {
        return with(
                List.of(
                        new Target(live, 100 - percent, Tags.LIVE),
                        new Target(candidate, percent, Tags.CANDIDATE)),
                ROLLING,
                ready);
    }

    /**
     * All traffic for the live revision. The candidate keeps its tag only if it is ready, because
     * otherwise Knative would not apply this.
     */
    Traffic home(String live, String candidate, Set<String> ready) {
        return ready.contains(candidate)
                ? split(live, candidate, 0, ready)
                : with(List.of(new Target(live, 100, Tags.LIVE)), ROLLING, ready);
    }

    /**
     * All traffic for the candidate, which replaces a live revision that fails. That one is no
     * longer a target, because Knative would not apply this if it is not ready.
     */
    Traffic alone(String candidate, Set<String> ready) {
        return with(List.of(new Target(candidate, 100, Tags.CANDIDATE)), ROLLING, ready);
    }

    /** All traffic for one revision, and the tag {@code previous} for another. */
    Traffic swap(String live, String previous, Set<String> ready) {
        List<Target> first = new ArrayList<>();
        first.add(new Target(live, 100, Tags.LIVE));
        if (ready.contains(previous)) {
            first.add(new Target(previous, 0, Tags.PREVIOUS));
        }
        return with(first, Tags.OWN, ready);
    }

    private Traffic with(List<Target> first, Set<String> dropped, Set<String> ready) {
        List<Target> next = new ArrayList<>(first);
        targets.stream()
                .filter(target -> target.tag() != null && !dropped.contains(target.tag()))
                .filter(target -> ready.contains(target.revision()))
                .forEach(target -> next.add(new Target(target.revision(), 0, target.tag())));
        return new Traffic(next);
    }

    /** Per cent of the traffic by revision, without those that have none. */
    public Map<String, Integer> shares() {
        return targets.stream()
                .filter(target -> target.percent() > 0)
                .collect(toMap(Target::revision, Target::percent, Integer::sum, TreeMap::new));
    }

    /** Per cent of the traffic that a revision has. */
    public int of(String revision) {
        return shares().getOrDefault(revision, 0);
    }

    /** The revision with this tag. */
    public Optional<String> tagged(String tag) {
        return targets.stream()
                .filter(target -> tag.equals(target.tag()))
                .map(Target::revision)
                .findFirst();
    }

    /** Whether users and the tags of live and candidate reach the same revisions. */
    boolean sameAs(Traffic other) {
        return shares().equals(other.shares())
                && tagged(Tags.LIVE).equals(other.tagged(Tags.LIVE))
                && tagged(Tags.CANDIDATE).equals(other.tagged(Tags.CANDIDATE));
    }

    /** Such as {@code boston-1 90 %, boston-2 10 %}. */
    @Override
    public String toString() {
        return shares().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(share -> share.getKey() + " " + share.getValue() + " %")
                .collect(joining(", "));
    }
}
