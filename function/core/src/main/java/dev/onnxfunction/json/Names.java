package dev.onnxfunction.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A fixed table of names, which finds names in a JSON text without creating strings. */
public final class Names {

    private final byte[][] names;
    private final Map<String, Integer> indexes = new HashMap<>();

    /** For each hash the index of a name plus 1, or at the next free place if taken; 0 if free. */
    private final int[] slots;

    /**
     * @param names distinct names
     */
    public Names(List<String> names) {
        this.names = new byte[names.size()][];
        this.slots = new int[Integer.highestOneBit(Math.max(1, names.size())) * 4];
        for (int i = 0; i < this.names.length; i++) {
            byte[] name = names.get(i).getBytes(StandardCharsets.UTF_8);
            this.names[i] = name;
            indexes.put(names.get(i), i);
            int slot = slot(name, 0, name.length);
            while (slots[slot] != 0) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = i + 1;
        }
    }

    /** Returns the index of a name; -1 if it is not in the table. */
    int indexOf(String name) {
        return indexes.getOrDefault(name, -1);
    }

    /** Returns the index of the name in this part of a text; -1 if it is not in the table. */
    int indexOf(byte[] text, int from, int to, int guess) {
        if (guess < names.length && isAt(text, from, to, names[guess])) {
            return guess;
        }
        for (int slot = slot(text, from, to);
                slots[slot] != 0;
                slot = slot + 1 & slots.length - 1) {
            if (isAt(text, from, to, names[slots[slot] - 1])) {
                return slots[slot] - 1;
            }
        }
        return -1;
    }

    private static boolean isAt(byte[] text, int from, int to, byte[] name) {
        return to - from == name.length && Arrays.equals(text, from, to, name, 0, name.length);
    }

    private int slot(byte[] text, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text[i];
        }
        return (hash ^ hash >>> 16) & slots.length - 1;
    }
}
