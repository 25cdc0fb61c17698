package dev.onnxfunction.predict;

import dev.onnxfunction.model.Column;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds members that are probably misspelled names of missing features, or dates whose parts the
 * features are. Create one for each body: it limits the work for all rows of a body together, so
 * that a body of near-matches costs no more processor time than any other.
 */
public final class LikelyNames {

    /** Maximum number of a row's members that are searched for typos. */
    private static final int MAX_COMPARED = 200;

    /** Maximum length of a searched member, in UTF-16 units. */
    private static final int MAX_LENGTH = 256;

    /** Maximum cells of the tables of {@link #typos} for one body; they take about 2 ms. */
    private static final int MAX_EFFORT = 1 << 20;

    /** Larger than any number of typos. */
    private static final int MANY = 1 << 20;

    /** The names that {@code run.py fit} gives to the parts of a date. */
    private static final Pattern PART_OF_DATE =
            Pattern.compile("(?<date>.+)_(year|month|day|weekday|hour)");

    private final List<String> compared = new ArrayList<>();
    private final Map<String, String> members = new LinkedHashMap<>();
    private int effort = MAX_EFFORT;

    /** The last three rows of the table, reused. */
    private int[] before = new int[MAX_LENGTH + 2];

    private int[] above = new int[MAX_LENGTH + 2];
    private int[] line = new int[MAX_LENGTH + 2];

    /**
     * Starts another row.
     *
     * @param others members of the row that are not features
     */
    public void begin(Collection<String> others) {
        compared.clear();
        members.clear();
        for (String member : others) {
            if (member.length() <= MAX_LENGTH) {
                String plain = member.toLowerCase(Locale.ROOT).strip();
                if (members.putIfAbsent(plain, member) == null
                        && plain.length() <= MAX_LENGTH
                        && compared.size() < MAX_COMPARED) {
                    compared.add(plain);
                }
            }
        }
    }

    /**
     * Describes a missing feature, and names the member that differs only in case or by a typo, or
     * is the date that the feature is a part of.
     */
    public String explainMissing(String feature) {
        String likely = find(feature.toLowerCase(Locale.ROOT));
        return likely == null
                ? Column.MISSING
                : Column.MISSING + ", but there is \"" + likely + "\"";
    }

    private @Nullable String find(String wanted) {
        String best = members.get(wanted);
        if (best != null) {
            return best;
        }
        int fewest = allowedTypos(wanted) + 1;
        for (String plain : compared) {
            int typos = typos(wanted, plain, fewest);
            if (typos < fewest) {
                best = members.get(plain);
                fewest = typos;
            }
        }
        return best == null ? date(wanted) : best;
    }

    private @Nullable String date(String wanted) {
        Matcher part = PART_OF_DATE.matcher(wanted);
        return part.matches() ? members.get(part.group("date")) : null;
    }

    /** Maximum typos by length: a one-letter name allows none, a short name only one. */
    private static int allowedTypos(String name) {
        return name.length() == 1 ? 0 : name.length() <= 5 ? 1 : 2;
    }

    /**
     * Returns the optimal string alignment distance: the number of letters to insert, delete,
     * replace or swap with their neighbour. Computes only the cells near the diagonal of the table,
     * because all others are at least {@code limit} (Ukkonen, <i>Algorithms for approximate string
     * matching</i>, Information and Control 64, 1985).
     *
     * @param b up to {@value #MAX_LENGTH} long
     * @param limit upper bound of the result; also the result once the effort for this body is used
     *     up
     */
    private int typos(String a, String b, int limit) {
        int reach = limit - 1;
        if (Math.abs(a.length() - b.length()) > reach || effort <= 0) {
            return limit;
        }
        for (int j = 0; j <= Math.min(b.length(), reach + 1); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int first = Math.max(1, i - reach);
            int last = Math.min(b.length(), i + reach);
            effort -= last - first + 1;
            line[first - 1] = first == 1 ? i : MANY;
            int fewest = line[first - 1];
            for (int j = first; j <= last; j++) {
                line[j] = typos(a, b, i, j);
                fewest = Math.min(fewest, line[j]);
            }
            if (fewest >= limit) {
                return limit;
            }
            line[last + 1] = MANY;
            int[] reused = before;
            before = above;
            above = line;
            line = reused;
        }
        return Math.min(above[b.length()], limit);
    }

    /** The cell of the first {@code i} letters of a and the first {@code j} of b. */
    private int typos(String a, String b, int i, int j) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int fewest = Math.min(replaced, Math.min(above[j], line[j - 1]) + 1);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(fewest, before[j - 2] + 1) : fewest;
    }
}
