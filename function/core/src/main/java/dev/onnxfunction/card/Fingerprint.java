package dev.onnxfunction.card;

import dev.onnxfunction.hash.Sha256;

import java.util.Base64;
import java.util.HashSet;
import java.util.List;

/**
 * A Bloom filter of the rows that a model was trained on, as {@code
 * training-notebook-export/model-card.md} specifies it. The function serves it and does not use it.
 *
 * @param columns columns that the hash of a row covers, without the target
 * @param rows number of training rows, at least 1
 * @param distinct number of rows that differ in these columns, 1 to {@code rows}
 * @param bits number of bits of the filter, a multiple of 24, 24 to 12 582 912
 * @param hashes number of bits that each row sets, 1 to 16
 * @param falsePositiveRate share of other rows that the filter mistakes for training rows, above 0,
 *     at most 0.5
 * @param sha256 SHA-256 of the filter's bytes, 64 hexadecimal digits
 * @param filter the filter in base64 without padding
 */
record Fingerprint(
        List<String> columns,
        long rows,
        long distinct,
        long bits,
        long hashes,
        double falsePositiveRate,
        String sha256,
        String filter) {

    private static final int STEP = 24;
    private static final int MAX_BITS = 12_582_912;
    private static final int MAX_HASHES = 16;

    Fingerprint {
        if (columns.isEmpty() || new HashSet<>(columns).size() < columns.size()) {
            throw new IllegalArgumentException(
                    "has columns " + columns + ", must have at least one, and none twice");
        }
        if (distinct < 1 || distinct > rows) {
            throw new IllegalArgumentException(
                    "has %d different rows among %d, must have 1 to all".formatted(distinct, rows));
        }
        if (bits < STEP || bits > MAX_BITS || bits % STEP != 0) {
            throw new IllegalArgumentException(
                    "has %d bits, must have a multiple of %d up to %d"
                            .formatted(bits, STEP, MAX_BITS));
        }
        if (hashes < 1 || hashes > MAX_HASHES) {
            throw new IllegalArgumentException(
                    "has " + hashes + " hashes, must have 1 to " + MAX_HASHES);
        }
        if (!(falsePositiveRate > 0 && falsePositiveRate <= 0.5)) {
            throw new IllegalArgumentException(
                    "has false_positive_rate " + falsePositiveRate + ", must be in (0, 0.5]");
        }
        checkFilter(bits, sha256, filter);
    }

    private static void checkFilter(long bits, String sha256, String filter) {
        byte[] content = decode(filter);
        if (content.length != bits / Byte.SIZE) {
            throw new IllegalArgumentException(
                    "has a filter of %d bytes, must have the %d of its bits"
                            .formatted(content.length, bits / Byte.SIZE));
        }
        String found = Sha256.hex(content);
        if (!found.equals(sha256)) {
            throw new IllegalArgumentException(
                    "is damaged: the SHA-256 of its filter is %s, must be %s"
                            .formatted(found, sha256));
        }
    }

    private static byte[] decode(String filter) {
        try {
            return Base64.getDecoder().decode(filter);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("has a filter that is not base64", e);
        }
    }
}
