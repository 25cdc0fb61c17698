package dev.onnxfunction.rollout.cluster;

import static java.util.Comparator.comparing;
import static java.util.Comparator.reverseOrder;

import io.fabric8.knative.serving.v1.Revision;

import java.util.Comparator;

/** The order of revisions. */
final class History {

    /** RFC 3339 timestamps in UTC, as the API server writes them, sort as text. */
    static final Comparator<Revision> NEWEST_FIRST =
            comparing(
                    revision -> String.valueOf(revision.getMetadata().getCreationTimestamp()),
                    reverseOrder());

    private History() {}
}
