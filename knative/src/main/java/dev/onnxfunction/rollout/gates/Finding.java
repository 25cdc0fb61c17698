package dev.onnxfunction.rollout.gates;

import java.util.ArrayList;
import java.util.List;

/**
 * What one gate found.
 *
 * @param gate its name
 * @param live the figure of the live revision; empty if there is none
 * @param candidate the figure of the candidate
 * @param limit what was asked for; empty if nothing
 * @param problem why it is not passed, in sentences; empty if it is
 */
record Finding(String gate, String live, String candidate, String limit, String problem) {

    boolean passed() {
        return problem.isEmpty();
    }

    /** A table with a line for each. */
    static List<String> table(List<Finding> findings) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"gate", "live", "candidate", "limit", ""});
        for (Finding finding : findings) {
            rows.add(
                    new String[] {
                        finding.gate,
                        finding.live,
                        finding.candidate,
                        finding.limit,
                        finding.passed() ? "passed" : "FAILED"
                    });
        }
        return aligned(rows);
    }

    private static List<String> aligned(List<String[]> rows) {
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]).repeat(' ', widths[i] - row[i].length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
