package dev.onnxfunction.predict;

import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Locale;

/** Finds the member that was probably meant to be the feature that a row does not have. */
final class LikelyName {

    private static final int MAX_COMPARED = 200;

    private LikelyName() {}

    /**
     * Says that a feature is missing, and names the member that differs only in case or by a typo.
     *
     * @param others the row's members that are no feature
     */
    static String explainMissing(String feature, Collection<String> others) {
        String likely = find(feature, others);
        return likely == null
                ? Column.MISSING
                : Column.MISSING + ", but there is \"" + likely + "\"";
    }

    private static @Nullable String find(String feature, Collection<String> others) {
        String wanted = feature.toLowerCase(Locale.ROOT);
        String best = null;
        int fewest = allowedTypos(wanted) + 1;
        int compared = 0;
        for (String member : others) {
            if (compared++ == MAX_COMPARED) {
                break;
            }
            int typos = typos(wanted, member.toLowerCase(Locale.ROOT).strip(), fewest);
            if (typos < fewest) {
                best = member;
                fewest = typos;
            }
        }
        return best;
    }

    /** A typo in a single letter says nothing, and in a short name two say little. */
    private static int allowedTypos(String name) {
        return name.length() == 1 ? 0 : name.length() <= 5 ? 1 : 2;
    }

    /**
     * Letters to insert, delete, replace or swap with their neighbour to get from one to the other:
     * the optimal string alignment distance.
     *
     * @param limit anything of at least this much is reported as this much
     */
    private static int typos(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] before = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            int[] reused = before;
            before = above;
            above = row;
            row = reused;
        }
        return Math.min(above[b.length()], limit);
    }
}
