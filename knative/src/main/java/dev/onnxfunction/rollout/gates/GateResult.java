package dev.onnxfunction.rollout.gates;

import dev.onnxfunction.rollout.engine.Observation.Failed;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;

/**
 * The result of one gate.
 *
 * @param gate its name
 * @param live the value of the live revision; empty if there is none
 * @param candidate the value of the candidate
 * @param limit the limit; empty if there is none
 * @param status whether the candidate passed
 * @param note what else the table shows, in a few words; empty if nothing
 * @param problem why the candidate does not pass, in sentences; empty if it does
 */
record GateResult(
        String gate,
        String live,
        String candidate,
        String limit,
        Status status,
        String note,
        String problem) {

    /** Status of a gate. */
    enum Status {
        PASSED("passed"),
        FAILED("FAILED"),
        /** There are too few rows or requests to decide. */
        INCONCLUSIVE("inconclusive"),
        /** The gate could not be judged. */
        UNKNOWN("unknown");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** Passed, or failed if there is a problem. */
    GateResult(String gate, String live, String candidate, String limit, String problem) {
        this(
                gate,
                live,
                candidate,
                limit,
                problem.isEmpty() ? Status.PASSED : Status.FAILED,
                "",
                problem);
    }

    /** A gate that could not be judged, and does not stop the candidate. */
    static GateResult unknown(String gate, String live, String candidate, String why) {
        return new GateResult(gate, live, candidate, "", Status.UNKNOWN, why, "");
    }

    /** The same values with another status that lets the candidate pass, and a note. */
    GateResult with(Status other, String why) {
        return new GateResult(gate, live, candidate, limit, other, why, problem);
    }

    /** The same values, failed for this reason. */
    GateResult failing(String why) {
        return new GateResult(gate, live, candidate, limit, Status.FAILED, note, why);
    }

    boolean passed() {
        return problem.isEmpty();
    }

    /**
     * Returns the verdict on a candidate that does not pass; null if it passes.
     *
     * <p>The reason is the first failure. A result that is inconclusive is the reason only if
     * nothing failed, because its remedy, such as more rows, would not help otherwise.
     */
    static @Nullable Failed verdict(List<GateResult> results) {
        return results.stream()
                .filter(result -> !result.passed())
                .min(Comparator.comparing(result -> result.status != Status.FAILED))
                .map(result -> new Failed("Gate '" + result.gate + "': " + result.problem))
                .orElse(null);
    }
}
