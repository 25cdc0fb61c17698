package dev.onnxfunction.rollout.gates;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one gate found.
 *
 * @param gate its name
 * @param live the figure of the live revision; empty if there is none
 * @param candidate the figure of the candidate
 * @param limit what was asked for; empty if nothing
 * @param result the outcome
 * @param note what else the table shows, in a few words; empty if nothing
 * @param problem why the candidate does not pass, in sentences; empty if it does
 */
record GateResult(
        String gate,
        String live,
        String candidate,
        String limit,
        Status result,
        String note,
        String problem) {

    /** Outcome of a gate. */
    enum Status {
        PASSED("passed"),
        FAILED("FAILED"),
        /** There are too few rows to decide. */
        INCONCLUSIVE("inconclusive"),
        /** The gate could not be judged. */
        UNKNOWN("unknown");

        private final String text;

        Status(String text) {
            this.text = text;
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

    /** The same, with a note. */
    GateResult noting(String other) {
        return new GateResult(gate, live, candidate, limit, result, other, problem);
    }

    /** The same, with another result that lets the candidate pass, and a note. */
    GateResult with(Status other, String why) {
        return new GateResult(gate, live, candidate, limit, other, why, problem);
    }

    boolean passed() {
        return problem.isEmpty();
    }

    /** A table with a line for each. */
    static List<String> table(List<GateResult> results) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"gate", "live", "candidate", "limit", ""});
        for (GateResult result : results) {
            String note = result.note.isEmpty() ? "" : ": " + result.note;
            rows.add(
                    new String[] {
                        result.gate,
                        result.live,
                        result.candidate,
                        result.limit,
                        result.result.text + note
                    });
        }
        return aligned(rows);
    }

    private static List<String> aligned(List<String[]> rows) {
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            Arrays.setAll(widths, i -> Math.max(widths[i], width(row[i])));
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]).repeat(' ', widths[i] - width(row[i]) + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
