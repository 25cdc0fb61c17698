package dev.onnxfunction.rollout.gates.traffic;

import java.util.Map;

/**
 * What a value of a scrape is of.
 *
 * @param name of the metric
 * @param labels by their names
 */
record Series(String name, Map<String, String> labels) {

    /** A label's value; empty if it has none. */
    String label(String label) {
        return labels.getOrDefault(label, "");
    }
}
