package dev.onnxfunction.rollout.gates.rows;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of an evaluation that no model was trained on, and which of them are copies, which agree
 * in all columns except the target.
 */
public final class UnseenRows {

    private final int seenByLive;
    private final int seenByCandidate;
    private final int[] rows;
    private final int[] observations;
    private final int[] firstRows;

    private UnseenRows(
            int seenByLive, int seenByCandidate, int[] rows, int[] observations, int[] firstRows) {
        this.seenByLive = seenByLive;
        this.seenByCandidate = seenByCandidate;
        this.rows = rows;
        this.observations = observations;
        this.firstRows = firstRows;
    }

    /**
     * Leaves out the rows that a model was trained on.
     *
     * @param target name of the column that is predicted
     * @param live fingerprint of the live model; null if it has none
     * @param candidate fingerprint of the candidate; null if it has none
     * @throws EvaluationException if a column of a fingerprint is missing
     */
    public static UnseenRows of(
            Evaluation evaluation,
            String target,
            @Nullable Fingerprint live,
            @Nullable Fingerprint candidate)
            throws EvaluationException {
        Map<List<String>, RowDigest[]> digests = new HashMap<>();
        boolean[] byLive = seen(evaluation, live, digests);
        boolean[] byCandidate = seen(evaluation, candidate, digests);
        RowDigest[] identities = digests(evaluation, columns(evaluation, target), digests);
        List<Integer> rows = new ArrayList<>();
        List<Integer> firstRows = new ArrayList<>();
        List<Integer> observations = new ArrayList<>();
        Map<RowDigest, Integer> known = new HashMap<>();
        for (int row = 0; row < evaluation.size(); row++) {
            if (!byLive[row] && !byCandidate[row]) {
                Integer observation = known.putIfAbsent(identities[row], known.size());
                if (observation == null) {
                    observation = firstRows.size();
                    firstRows.add(row);
                }
                rows.add(row);
                observations.add(observation);
            }
        }
        return new UnseenRows(
                count(byLive), count(byCandidate), ints(rows), ints(observations), ints(firstRows));
    }

    private static boolean[] seen(
            Evaluation evaluation,
            @Nullable Fingerprint fingerprint,
            Map<List<String>, RowDigest[]> digests)
            throws EvaluationException {
        boolean[] seen = new boolean[evaluation.size()];
        if (fingerprint != null) {
            RowDigest[] each = digests(evaluation, fingerprint.columns(), digests);
            for (int row = 0; row < seen.length; row++) {
                seen[row] = fingerprint.contains(each[row]);
            }
        }
        return seen;
    }

    private static RowDigest[] digests(
            Evaluation evaluation, List<String> columns, Map<List<String>, RowDigest[]> known)
            throws EvaluationException {
        RowDigest[] digests = known.get(columns);
        if (digests == null) {
            digests = evaluation.digests(columns);
            known.put(columns, digests);
        }
        return digests;
    }

    private static List<String> columns(Evaluation evaluation, String target) {
        return evaluation.columns().stream()
                .filter(column -> !column.equals(target))
                .sorted(RowDigest.BY_BYTES)
                .toList();
    }

    private static int count(boolean[] seen) {
        int count = 0;
        for (boolean each : seen) {
            count += each ? 1 : 0;
        }
        return count;
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(i -> i).toArray();
    }

    /** Number of rows that the live model was trained on, by its fingerprint. */
    public int seenByLive() {
        return seenByLive;
    }

    /** Number of rows that the candidate was trained on, by its fingerprint. */
    public int seenByCandidate() {
        return seenByCandidate;
    }

    /** Number of remaining rows, copies included. */
    public int size() {
        return rows.length;
    }

    /** Number of remaining rows, copies counted once. */
    public int different() {
        return firstRows.length;
    }

    /** For each remaining row, the index of the different row that it is. */
    public int[] observations() {
        return observations;
    }

    /** For each different row, the index of its first occurrence among the remaining rows. */
    public int[] firstPositions() {
        int[] positions = new int[firstRows.length];
        for (int i = observations.length - 1; i >= 0; i--) {
            positions[observations[i]] = i;
        }
        return positions;
    }

    /** For each different row, the index of its first occurrence in the evaluation. */
    int[] firstRows() {
        return firstRows;
    }

    /** The cells of each different row. */
    List<String[]> differentCells(Evaluation evaluation) {
        return new Selection<>(evaluation.cells(), firstRows);
    }

    /** The remaining rows. */
    public <T> List<T> of(List<T> all) {
        return new Selection<>(all, rows);
    }

    /** The values of the remaining rows. */
    public double[] of(double[] all) {
        return Arrays.stream(rows).mapToDouble(row -> all[row]).toArray();
    }
}
