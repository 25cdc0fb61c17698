package dev.onnxfunction.http;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Header fields of one request, in its bytes. Names and values become text only when they are asked
 * for, because most never are.
 */
final class HeaderFields {

    /** Offsets of a field: start and end of its name, start and end of its value. */
    private static final int OFFSETS = 4;

    static final HeaderFields NONE = new HeaderFields(new byte[0], new int[0], 0);

    private final byte[] bytes;
    private final int[] offsets;
    private final int count;

    /** Bit n is set if the name of a field has n bytes, modulo 64. */
    private final long lengths;

    /**
     * @param offsets of {@code count} fields, four each
     */
    HeaderFields(byte[] bytes, int[] offsets, int count) {
        this.bytes = bytes;
        this.offsets = offsets;
        this.count = count;
        long found = 0;
        for (int at = 0; at < count * OFFSETS; at += OFFSETS) {
            found |= 1L << (offsets[at + 1] - offsets[at]);
        }
        this.lengths = found;
    }

    /**
     * Returns the first value of a field; null if there is none.
     *
     * @param name in lower case
     */
    @Nullable String first(String name) {
        int field = next(name, 0);
        return field < 0 ? null : value(field);
    }

    /**
     * Returns all values of a field.
     *
     * @param name in lower case
     */
    List<String> all(String name) {
        int field = next(name, 0);
        if (field < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(1);
        while (field >= 0) {
            values.add(value(field));
            field = next(name, field + 1);
        }
        return values;
    }

    /** Whether a field has this value, in any case, in a list separated by commas. */
    boolean lists(String name, String wanted) {
        for (String value : all(name)) {
            for (String element : value.split(",", -1)) {
                if (element.strip().equalsIgnoreCase(wanted)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Approximate memory in bytes. */
    int memory() {
        return 2 * RequestDecoder.ARRAY + bytes.length + offsets.length * Integer.BYTES;
    }

    /** Returns the first field of this name from {@code from} on; -1 if there is none. */
    private int next(String name, int from) {
        // Most fields that are looked for are absent, and no field has a name of their length.
        return (lengths >>> name.length() & 1) == 0 ? -1 : search(name, from);
    }

    private int search(String name, int from) {
        for (int field = from; field < count; field++) {
            if (isNamed(name, field * OFFSETS)) {
                return field;
            }
        }
        return -1;
    }

    private boolean isNamed(String name, int offset) {
        int start = offsets[offset];
        int length = name.length();
        if (offsets[offset + 1] - start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lowerCase(bytes[start + i]) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
    }

    private String value(int field) {
        int start = offsets[field * OFFSETS + 2];
        int end = offsets[field * OFFSETS + 3];
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
