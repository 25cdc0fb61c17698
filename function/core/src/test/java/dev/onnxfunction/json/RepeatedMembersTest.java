package dev.onnxfunction.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A member is repeated if the bytes up to its value are those of an earlier one. */
class RepeatedMembersTest {

    /** Each pair has lengths around those of the words that are compared. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 5, 6, 7, 12, 13, 14, 20, 21})
    void anEqualMemberIsRepeated(int length) {
        String name = "abcdefghijklmnopqrstuvwxyz".substring(0, length);
        List<String> names = new ArrayList<>(List.of(name, name));
        List<Boolean> equal = new ArrayList<>(List.of(false, true));
        for (int i = 0; i < length; i++) {
            names.add(name.substring(0, i) + "A" + name.substring(i + 1));
            equal.add(false);
        }
        names.add(name + "A");
        equal.add(false);

        assertThat(repeated(names)).isEqualTo(equal);
    }

    /** Compares each name with the first one, and reads on where that ends. */
    private static List<Boolean> repeated(List<String> names) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < names.size(); i++) {
            text.append(i == 0 ? "" : ",").append("{\"").append(names.get(i)).append("\":");
            text.append(i).append('}');
        }
        JsonReader json = reader(text.append("]        ").toString());
        RepeatedMembers members = new RepeatedMembers(json, 1);
        json.next();
        List<Boolean> repeated = new ArrayList<>();
        for (int i = 0; json.nextElement(); i++) {
            json.next();
            int start = json.position();
            boolean same = members.next(0);
            assertThat(same || json.position() == start).isTrue();
            repeated.add(same);
            if (!same) {
                json.nextMember();
            }
            if (i == 0) {
                members.note(0, start);
            }
            assertThat(json.next()).isEqualTo(JsonReader.Kind.NUMBER);
            assertThat(json.number().toNumber()).isEqualTo((long) i);
            json.nextMember();
        }
        json.end();
        return repeated;
    }

    /** A word is read from the value on, and for a number a sign before it. */
    @Test
    void onlyMembersWithEnoughTextBehindAreRepeated() {
        for (int length = 0; length < 12; length++) {
            String text = "[{\"ab\":1},{\"ab\":2" + "}]          ".substring(0, length);
            JsonReader json = reader(text);
            RepeatedMembers members = second(json);
            assertThat(members.readNumbers(0)).isEqualTo(length < Long.BYTES ? 0 : 1);
            json = reader(text);
            assertThat(second(json).next(0)).isEqualTo(length + 1 >= Long.BYTES);
        }
    }

    /** Reads up to the second object's start. */
    private static RepeatedMembers second(JsonReader json) {
        RepeatedMembers members = new RepeatedMembers(json, 1);
        json.next();
        json.nextElement();
        json.next();
        int start = json.position();
        json.nextMember();
        members.note(0, start);
        json.next();
        json.nextMember();
        json.nextElement();
        json.next();
        return members;
    }

    /** The first member's text has no comma, so it would be wrong in any other place. */
    @Test
    void onlyTheFirstMemberOfAnObjectMayHaveTheFirstIndex() {
        JsonReader json = reader("[{\"a\":1,\"b\":2},{\"a\":3,\"b\":4}]         ");
        RepeatedMembers members = new RepeatedMembers(json, 2);
        json.next();
        json.nextElement();
        json.next();
        int a = json.position();
        json.nextMember();
        members.note(1, a);
        json.next();
        int b = json.position();
        json.nextMember();
        members.note(0, b);
        json.next();
        json.nextMember();
        json.nextElement();
        json.next();
        assertThat(members.next(0)).isFalse();
        assertThat(members.next(1)).isFalse();
    }

    private static JsonReader reader(String text) {
        return new JsonReader(text.getBytes(StandardCharsets.UTF_8));
    }
}
