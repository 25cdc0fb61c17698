package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.gates.rows.Feature;

import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * What clients of live notice of the candidate's features.
 *
 * @param live features of the live model
 * @param candidate features of the candidate's model
 */
record FeatureChanges(List<Feature> live, List<Feature> candidate) {

    /** Number of features that the table names for each kind of change. */
    private static final int LISTED = 3;

    /** Ratio of the widths of two ranges, beyond which the table names the feature. */
    private static final int WIDTHS = 10;

    /** Whether both take the same names. */
    boolean areSameNames() {
        return without(live, byName(candidate)).isEmpty()
                && without(candidate, byName(live)).isEmpty();
    }

    /** Such as {@code 12, without B, now required: RM}; empty if there is nothing to notice. */
    String text() {
        Map<String, Feature> before = byName(live);
        String changes =
                listed(", without ", without(live, byName(candidate)))
                        + listed(", with ", without(candidate, before))
                        + listed(", now required: ", those(before, FeatureChanges::isRequired))
                        + listed(", of another type: ", those(before, FeatureChanges::isOther))
                        + listed(
                                ", %d times as wide: ".formatted(WIDTHS),
                                those(before, FeatureChanges::isWider))
                        + listed(
                                ", %d times as narrow: ".formatted(WIDTHS),
                                those(before, FeatureChanges::isNarrowRange))
                        + listed(", fewer categories: ", those(before, FeatureChanges::isNarrower))
                        + (isReordered() ? ", in another order" : "");
        return changes.isEmpty() ? "" : candidate.size() + changes;
    }

    /** Whether clients that send values without names would confuse them. */
    private boolean isReordered() {
        return areSameNames() && !names(live).equals(names(candidate));
    }

    private static List<String> names(List<Feature> features) {
        return features.stream().map(Feature::name).toList();
    }

    private static boolean isRequired(Feature before, Feature now) {
        return before.mayBeMissing() && !now.mayBeMissing();
    }

    /** Whether it refuses values that live takes. */
    private static boolean isOther(Feature before, Feature now) {
        boolean numbers = before.isNumber() && now.isNumber();
        return numbers ? now.isWhole() && !before.isWhole() : !before.type().equals(now.type());
    }

    /** Whether its range is so wide that clients get no warning where live warns. */
    private static boolean isWider(Feature before, Feature now) {
        return width(now) > WIDTHS * width(before);
    }

    /** Whether its range is so narrow that clients get warnings where live does not warn. */
    private static boolean isNarrowRange(Feature before, Feature now) {
        return width(before) > WIDTHS * width(now);
    }

    private static double width(Feature feature) {
        return feature.max() - feature.min();
    }

    /** Whether its training data lacks a category that live knows. */
    private static boolean isNarrower(Feature before, Feature now) {
        return !now.categories().isEmpty() && !now.categories().containsAll(before.categories());
    }

    /** The candidate's features that live has, too, and that are changed in this way. */
    private List<String> those(
            Map<String, Feature> before, BiPredicate<Feature, Feature> isChanged) {
        return candidate.stream()
                .filter(now -> before.containsKey(now.name()))
                .filter(now -> isChanged.test(before.get(now.name()), now))
                .map(Feature::name)
                .toList();
    }

    private static List<String> without(List<Feature> features, Map<String, Feature> others) {
        return features.stream()
                .map(Feature::name)
                .filter(name -> !others.containsKey(name))
                .toList();
    }

    private static Map<String, Feature> byName(List<Feature> features) {
        return features.stream()
                .collect(Collectors.toMap(Feature::name, each -> each, (first, _) -> first));
    }

    private static String listed(String word, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        int more = names.size() - LISTED;
        return word
                + String.join(", ", names.subList(0, Math.min(LISTED, names.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
