package dev.onnxfunction.json;

import java.util.Arrays;

/**
 * Reads members whose text up to the value is that of the same member in an earlier object: all
 * members of most rows. Compares words of eight bytes instead of reading names.
 */
public final class RepeatedMembers {

    /** The latest text of a member up to its value. */
    private static final class Member {

        /** Position of the text. */
        private int start;

        private int length;

        /** From the start to the last word; 0 if the text is shorter than a word. */
        private int toLast;

        /** The first word; bytes that no text has if there is no member. */
        private long first = -1;

        private long last;

        /** The bits of a word that belong to the text. */
        private long mask = -1;
    }

    private final JsonReader json;
    private final byte[] text;
    private final Member[] members;
    private final double[] numbers;

    /**
     * @param count number of different members, which have indexes from 0
     */
    public RepeatedMembers(JsonReader json, int count) {
        this.json = json;
        this.text = json.text();
        this.members = new Member[count];
        for (int i = 0; i < count; i++) {
            members[i] = new Member(); // A lambda would slow a start.
        }
        this.numbers = new double[count];
    }

    /**
     * Notes the member whose value is next. The first member of an object must have the index 0,
     * and no other one may: the text of the others has a comma.
     *
     * @param start position at which {@link JsonReader#nextMember} started
     */
    public void note(int index, int start) {
        int length = json.position() - start;
        if ((index == 0) == (text[start - 1] == '{') && start + Long.BYTES <= json.limit()) {
            Member member = members[index];
            member.start = start;
            member.length = length;
            member.first = Words.at(text, start);
            member.toLast = Math.max(0, length - Long.BYTES);
            member.last = Words.at(text, start + member.toLast);
            member.mask = length < Long.BYTES ? (1L << (length * Byte.SIZE)) - 1 : -1;
        }
    }

    /**
     * Moves to the value of a member, like {@link JsonReader#nextMember}, if it is repeated. The
     * member 0 must be asked for at the start of an object, the others after the one before.
     *
     * @return false if the bytes differ; then nothing is read
     */
    public boolean next(int index) {
        int at = json.position();
        Member member = members[index];
        int value = at + member.length;
        if (value + Long.BYTES > json.limit() || !isRepeated(member, at)) {
            return false;
        }
        json.goToMember(value);
        return true;
    }

    /**
     * Reads repeated members from this one on, while their values are numbers of few digits. All in
     * one loop that stores only the numbers, which is half of the time.
     *
     * @return index after the last of them
     */
    public int readNumbers(int first) {
        int at = json.position();
        int last = json.limit() - Long.BYTES - 1;
        int index = first;
        for (; index < members.length; index++) {
            Member member = members[index];
            int value = at + member.length;
            if (value > last || !isRepeated(member, at)) {
                break;
            }
            long word = ShortNumber.word(text, value);
            boolean minus = ShortNumber.isNegative(word);
            int digits = value;
            if (minus) {
                word = ShortNumber.word(text, ++digits);
            }
            long others = ShortNumber.others(word);
            long rest = others;
            int whole = ShortNumber.end(others);
            int end = whole;
            double size;
            if (ShortNumber.isPoint(word, whole)) {
                rest = others & (others - 1);
                end = ShortNumber.end(rest);
                size = ShortNumber.toDouble(word, whole, end);
            } else {
                size = ShortNumber.wholeNumber(word, end);
            }
            if (!ShortNumber.isPlain(word, others, rest, whole, end)) {
                break;
            }
            at = digits + ShortNumber.length(end);
            numbers[index] = minus ? -size : size;
        }
        if (index > first) {
            json.goToMember(at);
        }
        return index;
    }

    /** The numbers that {@link #readNumbers} has read last, by member. */
    public double[] numbers() {
        return numbers;
    }

    /** Whether the member is repeated at a position, with a word of text after it. */
    private boolean isRepeated(Member member, int at) {
        long differences =
                (Words.at(text, at) ^ member.first)
                        | (Words.at(text, at + member.toLast) ^ member.last);
        return (differences & member.mask) == 0
                && (member.toLast <= Long.BYTES || isRepeatedBetween(member, at));
    }

    private boolean isRepeatedBetween(Member member, int at) {
        int start = member.start;
        int length = member.length;
        return Arrays.equals(text, start, start + length, text, at, at + length);
    }
}
