package dev.onnxfunction.protocol.cloudevents;

import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads events in the JSON format of CloudEvents: one, or a batch. For one text. */
final class EventParser {

    /**
     * An event and its data.
     *
     * @param data JSON, whose arrays were skipped without a check
     */
    @SuppressWarnings("ArrayRecordComponent") // Events are not compared.
    record Parsed(Event event, byte[] data) {

        /** Number of rows in the data, valid or not. */
        int rows() {
            JsonReader json = new JsonReader(data);
            if (json.next() != Kind.ARRAY) {
                return 1;
            }
            int rows = 0;
            for (; json.nextElement(); rows++) {
                json.skip();
            }
            return rows;
        }
    }

    private final byte[] text;
    private final JsonReader json;

    EventParser(byte[] text, int length) {
        this.text = text;
        this.json = new JsonReader(text, length);
    }

    /** The only event. */
    Parsed one() {
        requireNotEmpty();
        Parsed parsed = event();
        json.end();
        return parsed;
    }

    /** All events of a batch. */
    List<Parsed> all() {
        requireNotEmpty();
        Kind kind = json.next();
        if (kind != Kind.ARRAY) {
            throw new JsonException("is " + kind.description());
        }
        List<Parsed> all = new ArrayList<>();
        while (json.nextElement()) {
            all.add(event());
        }
        json.end();
        return all;
    }

    private void requireNotEmpty() {
        if (json.isEmpty()) {
            throw new JsonException("is empty");
        }
    }

    private Parsed event() {
        Kind kind = json.next();
        if (kind != Kind.OBJECT) {
            throw new JsonException(
                    "has " + kind.description() + " in the place of an event, an object");
        }
        Map<String, String> attributes = new HashMap<>();
        Set<String> names = new HashSet<>();
        byte[] data = null;
        while (json.nextMember()) {
            String name = json.string();
            if (!names.add(name)) {
                throw Event.invalid("has a member twice", "Send each once.");
            }
            switch (name) {
                case "data" -> data = data();
                case "data_base64" ->
                        throw Event.invalid("has data_base64", "Send data, as JSON, instead.");
                default -> attribute(name, attributes);
            }
        }
        Event event = Event.of(attributes);
        if (data == null) {
            throw Event.invalid("has no data", "Send a row, or an array of rows, as its data.");
        }
        return new Parsed(event, data);
    }

    private byte[] data() {
        int from = json.position();
        json.skip();
        return Arrays.copyOfRange(text, from, json.position());
    }

    /** An attribute is text, a number or a boolean; null counts as absent. */
    private void attribute(String name, Map<String, String> attributes) {
        Kind kind = json.next();
        if (kind == Kind.OBJECT || kind == Kind.ARRAY) {
            throw Event.invalid(
                    "has an attribute that is " + kind.description(), "Put it into the data.");
        }
        if (Event.ATTRIBUTES.contains(name) && kind != Kind.NULL) {
            if (kind != Kind.STRING) {
                throw Event.invalid(
                        "has " + kind.description() + " as its " + name, "Send a string.");
            }
            attributes.put(name, json.string());
        }
    }
}
