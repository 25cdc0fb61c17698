package dev.onnxfunction.rollout.gates.traffic;

import java.util.Map;

/**
 * The metric and labels of a scraped value.
 *
 * @param name of the metric
 * @param labels by their names
 */
record Series(String name, Map<String, String> labels) {

    /** The value of a label; empty if there is no such label. */
    String label(String label) {
        return labels.getOrDefault(label, "");
    }
}
