package dev.onnxfunction.rollout.gates.traffic;

import java.util.Map;

/** The result of scraping an instance. */
sealed interface Scrape {

    /**
     * The instance answered.
     *
     * @param values since its process started
     */
    record Read(Map<Series, Double> values) implements Scrape {

        private static final String START = "process_start_time_seconds";

        double value(String name) {
            return values.getOrDefault(new Series(name, Map.of()), Double.NaN);
        }

        /**
         * Whether the process has restarted since then: its start time differs, or a counter has
         * decreased.
         */
        boolean restartedSince(Read before) {
            if (value(START) != before.value(START)
                    && !(Double.isNaN(value(START)) && Double.isNaN(before.value(START)))) {
                return true;
            }
            return before.values.entrySet().stream()
                    .filter(entry -> onlyGrows(entry.getKey().name()))
                    .anyMatch(entry -> values.getOrDefault(entry.getKey(), 0.0) < entry.getValue());
        }

        private static boolean onlyGrows(String name) {
            return name.endsWith("_count") || name.endsWith("_total") || name.endsWith("_bucket");
        }
    }

    /**
     * The instance did not answer.
     *
     * @param problem why, in a few words
     */
    record Failed(String problem) implements Scrape {}
}
