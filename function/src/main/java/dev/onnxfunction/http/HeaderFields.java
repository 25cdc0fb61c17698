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
            // Mostly it is no list, and a split takes longer until it is compiled.
            if (value.equalsIgnoreCase(wanted)
                    || (value.indexOf(',') >= 0 && contains(value.split(",", -1), wanted))) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(String[] elements, String wanted) {
        for (String element : elements) {
            if (element.strip().equalsIgnoreCase(wanted)) {
                return true;
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
        // Bytes, because String.charAt takes seven calls for each character until it is compiled.
        byte[] wanted = name.getBytes(StandardCharsets.ISO_8859_1);
        for (int field = from; field < count; field++) {
            if (isNamed(wanted, field * OFFSETS)) {
                return field;
            }
        }
        return -1;
    }

    private boolean isNamed(byte[] name, int offset) {
        int start = offsets[offset];
        if (offsets[offset + 1] - start != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            byte octet = bytes[start + i];
            if (octet != name[i] && lowerCase(octet) != name[i]) {
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
