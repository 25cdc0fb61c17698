package dev.onnxfunction.rollout.cluster;

import static java.util.Comparator.comparingLong;

import io.fabric8.knative.serving.v1.Revision;

import java.util.Comparator;
import java.util.Map;

/** The order of revisions. */
final class RevisionOrder {

    /** By the number that Knative gives them; a revision without one counts as the oldest. */
    static final Comparator<Revision> NEWEST_FIRST =
            comparingLong(RevisionOrder::generation).reversed();

    private RevisionOrder() {}

    private static long generation(Revision revision) {
        Map<String, String> labels = revision.getMetadata().getLabels();
        String number = labels == null ? null : labels.get(Labels.GENERATION);
        return number == null || !number.matches("\\d{1,18}") ? -1 : Long.parseLong(number);
    }
}
