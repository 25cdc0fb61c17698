package dev.onnxfunction.rollout.gates;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligns the results of gates in a table. */
final class ResultTable {

    private ResultTable() {}

    /** A header, and a line for each result. */
    static List<String> lines(List<GateResult> results) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"gate", "live", "candidate", "limit", ""});
        for (GateResult result : results) {
            String note = result.note().isEmpty() ? "" : ": " + result.note();
            rows.add(
                    new String[] {
                        result.gate(),
                        result.live(),
                        result.candidate(),
                        result.limit(),
                        result.status().text() + note
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
