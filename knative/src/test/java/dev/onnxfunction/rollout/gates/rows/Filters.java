package dev.onnxfunction.rollout.gates.rows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Creates fingerprints as the training does. */
public final class Filters {

    private static final int HASHES = 8;

    private Filters() {}

    /**
     * The fingerprint of some rows of an evaluation, as JSON.
     *
     * @param columns of the digests
     * @param from first row
     * @param to row behind the last one
     */
    public static String of(Evaluation rows, List<String> columns, int from, int to)
            throws IOException {
        List<String> sorted = columns.stream().sorted(RowDigest.BY_BYTES).toList();
        Set<RowDigest> digests =
                new HashSet<>(Arrays.asList(rows.digests(sorted)).subList(from, to));
        byte[] filter = new byte[48 * digests.size() / 8];
        for (RowDigest digest : digests) {
            for (int i = 0; i < HASHES; i++) {
                long hash = digest.second() + i * (digest.third() | 1);
                int bit = (int) Long.remainderUnsigned(hash, 8L * filter.length);
                filter[bit / 8] |= (byte) (1 << (bit % 8));
            }
        }
        ObjectNode json = new ObjectMapper().createObjectNode();
        sorted.forEach(json.putArray("columns")::add);
        return json.put("rows", to - from)
                .put("distinct", digests.size())
                .put("bits", 8 * filter.length)
                .put("hashes", HASHES)
                .put("false_positive_rate", 0.003)
                .put("sha256", HexFormat.of().formatHex(RowDigest.sha256(filter)))
                .put("filter", Base64.getEncoder().encodeToString(filter))
                .toString();
    }
}
