package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The rows that a model was trained on, as a Bloom filter of their digests: it contains every one
 * of them, and few others by mistake (B. H. Bloom, <i>Space/time trade-offs in hash coding with
 * allowable errors</i>, Communications of the ACM 13, 1970). Positions come from double hashing (A.
 * Kirsch and M. Mitzenmacher, <i>Less hashing, same performance</i>, Random Structures and
 * Algorithms 33, 2008).
 */
public final class Fingerprint {

    private static final int MOST_BITS = 12_582_912;
    private static final int MOST_HASHES = 16;

    private final List<String> columns;
    private final int hashes;
    private final byte[] filter;

    private Fingerprint(List<String> columns, int hashes, byte[] filter) {
        this.columns = columns;
        this.hashes = hashes;
        this.filter = filter;
    }

    /**
     * Reads and checks the fingerprint of a model card.
     *
     * @param model its model, for the message
     * @throws EvaluationException if it is damaged
     */
    public static Fingerprint of(String model, JsonNode json) throws EvaluationException {
        try {
            return read(json);
        } catch (IllegalArgumentException e) {
            throw new EvaluationException(
                    "The fingerprint of the "
                            + model
                            + " model's training rows is damaged: "
                            + e.getMessage()
                            + ". Write the model's card again.");
        }
    }

    private static Fingerprint read(JsonNode json) {
        List<String> columns = new ArrayList<>();
        json.path("columns").forEach(column -> columns.add(column.asText()));
        check(
                !columns.isEmpty() && columns.stream().distinct().count() == columns.size(),
                "columns");
        long bits = integer(json, "bits", 24, MOST_BITS);
        check(bits % 24 == 0, "bits");
        long rows = integer(json, "rows", 1, Long.MAX_VALUE);
        integer(json, "distinct", 1, rows);
        int hashes = (int) integer(json, "hashes", 1, MOST_HASHES);
        double rate = json.path("false_positive_rate").asDouble(-1);
        check(rate > 0 && rate <= 0.5, "false_positive_rate");
        byte[] filter = filter(json.path("filter").asText());
        check(filter.length == bits / 8, "filter");
        String sha256 = HexFormat.of().formatHex(RowDigest.sha256(filter));
        check(sha256.equals(json.path("sha256").asText()), "sha256");
        columns.sort(RowDigest.BY_BYTES);
        return new Fingerprint(List.copyOf(columns), hashes, filter);
    }

    private static long integer(JsonNode json, String member, long least, long most) {
        JsonNode value = json.path(member);
        check(
                value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.longValue() >= least
                        && value.longValue() <= most,
                member);
        return value.longValue();
    }

    private static byte[] filter(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its 'filter' is not Base64", e);
        }
    }

    private static void check(boolean condition, String member) {
        if (!condition) {
            throw new IllegalArgumentException("its '" + member + "' does not fit the rest");
        }
    }

    /** Names of the columns that the digests are made of, sorted by their bytes in UTF-8. */
    List<String> columns() {
        return columns;
    }

    /** Whether the model was trained on the row, with some false positives. */
    boolean contains(RowDigest row) {
        long bits = 8L * filter.length;
        long step = row.third() | 1;
        for (int i = 0; i < hashes; i++) {
            long bit = Long.remainderUnsigned(row.second() + i * step, bits);
            if ((filter[(int) (bit / 8)] & (1 << (bit % 8))) == 0) {
                return false;
            }
        }
        return true;
    }
}
