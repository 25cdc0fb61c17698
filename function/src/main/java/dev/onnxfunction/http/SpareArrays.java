package dev.onnxfunction.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The arrays of a few bodies that were answered, for the bodies that follow: a new array must be
 * cleared, is in no cache of the processor, and adds to the next garbage collection. Only one
 * thread uses it.
 */
final class SpareArrays {

    /** As many bodies as usually are received or answered at a time. */
    private static final int COUNT = 4;

    /** Maximum bytes of an array that is kept. */
    private static final int MAX_LENGTH = 256 * 1024;

    private final List<byte[]> arrays = new ArrayList<>(COUNT);

    /**
     * Returns an array with any content.
     *
     * @param length minimum length in bytes; the array is at most a quarter longer
     */
    byte[] take(int length) {
        for (int i = arrays.size() - 1; i >= 0; i--) {
            int spare = arrays.get(i).length;
            if (spare >= length && spare - length <= length / 4) {
                return arrays.remove(i);
            }
        }
        return new byte[length];
    }

    /**
     * Takes an array that nothing refers to any more, in place of the oldest if there are enough.
     */
    void give(byte[] array) {
        if (array.length > BodyBuffer.SMALL && array.length <= MAX_LENGTH) {
            if (arrays.size() == COUNT) {
                arrays.remove(0);
            }
            arrays.add(array);
        }
    }
}
