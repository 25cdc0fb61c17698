package dev.onnxfunction.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes of a text at once. */
final class Words {

    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Words() {}

    /** Returns the eight bytes from this position on, the first at the low end. */
    static long at(byte[] text, int position) {
        return (long) WORD.get(text, position);
    }

    /** Replaces the eight bytes from this position on. */
    static void put(byte[] text, int position, long word) {
        WORD.set(text, position, word);
    }
}
