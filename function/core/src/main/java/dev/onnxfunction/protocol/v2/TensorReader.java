package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.Column;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.MissingColumns;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the elements of one request's tensors directly into the model's input memory. */
final class TensorReader {

    private final InferHead head;
    private final JsonReader json;
    private final ByteBuffer binary;
    private final Batch batch;
    private final List<Column> columns;
    private final Faults faults = new Faults();

    /** Names of inputs that are not features. */
    private final List<String> others = new ArrayList<>();

    /**
     * @param json reader of the parsed head
     * @param binary the bytes after the JSON text: all binary tensors in order
     * @param batch with as many rows as the inputs have
     */
    TensorReader(InferHead head, JsonReader json, ByteBuffer binary, Batch batch) {
        this.head = head;
        this.json = json;
        this.binary = binary.order(ByteOrder.LITTLE_ENDIAN);
        this.batch = batch;
        this.columns = batch.columns();
    }

    /**
     * Reads all tensors.
     *
     * @param places for each input the columns that it fills; null if it is not a feature
     * @throws InvalidRowsException if a value is missing or invalid; it lists all faults
     */
    void read(List<@Nullable List<Column>> places) {
        boolean[] given = new boolean[columns.size()];
        for (int i = 0; i < places.size(); i++) {
            InputHead input = head.inputs().get(i);
            List<Column> into = places.get(i);
            if (into == null) {
                others.add(input.name());
                skip(input);
            } else {
                into.forEach(column -> given[column.index()] = true);
                read(input, into);
            }
        }
        MissingColumns.add(batch, given, others, faults);
        if (binary.hasRemaining()) {
            throw Invalid.because(
                    "The body goes on for %d bytes after its last tensor. Send the tensors that its JSON names."
                            .formatted(binary.remaining()));
        }
        if (!faults.isEmpty()) {
            throw new InvalidRowsException(faults);
        }
    }

    private void skip(InputHead input) {
        if (input.binarySize() == null) {
            json.goTo(input.data());
            json.skipStrictly();
        } else {
            take(input, input.binarySize());
        }
    }

    /** Reads a tensor with these columns. */
    private void read(InputHead input, List<Column> into) {
        if (input.binarySize() != null) {
            readBinary(input, into, take(input, input.binarySize()));
            return;
        }
        json.goTo(input.data());
        json.next();
        int index = 0;
        int size = input.rows() * into.size();
        while (json.nextElement()) {
            Kind kind = json.next();
            if (kind == Kind.ARRAY) {
                index = readNested(input, into, index);
            } else {
                put(input, into, index++, kind);
            }
        }
        if (index != size) {
            throw wrongCount(input, index < size ? Integer.toString(index) : "more");
        }
    }

    /** Reads a row in brackets of its own. */
    private int readNested(InputHead input, List<Column> into, int first) {
        int index = first;
        while (json.nextElement()) {
            put(input, into, index++, json.next());
        }
        if (input.flat() || first % into.size() != 0 || index - first != into.size()) {
            throw Invalid.because(
                    "The input %s has a list of %d elements in its data, which its shape %s does not have. Send all elements in one list, or each row in a list."
                            .formatted(input.name(), index - first, input.shape()));
        }
        return index;
    }

    private void put(InputHead input, List<Column> into, int index, Kind kind) {
        if (kind == Kind.ARRAY || kind == Kind.OBJECT) {
            throw Invalid.because(
                    "The input %s has %s as an element, must have %s."
                            .formatted(input.name(), kind.description(), input.type()));
        }
        int width = into.size();
        if (index >= input.rows() * width) {
            throw wrongCount(input, "more");
        }
        Column column = into.get(width == 1 ? 0 : index % width);
        int row = index / width;
        batch.goTo(row);
        String problem = input.type().put(column, batch, kind, json);
        if (problem != null) {
            faults.add(row, column.feature().name(), problem);
        }
    }

    private static RuntimeException wrongCount(InputHead input, String found) {
        return Invalid.because(
                "The input %s has %s elements in its data, must have %d for its shape %s."
                        .formatted(
                                input.name(),
                                found,
                                (long) input.rows() * input.columns(),
                                input.shape()));
    }

    /** The next bytes of the body's binary part. */
    private ByteBuffer take(InputHead input, int size) {
        if (size > binary.remaining()) {
            throw Invalid.because(
                    "The input %s has a \"binary_data_size\" of %d, but only %d bytes are left in the body. Send Inference-Header-Content-Length, and the tensors behind the JSON."
                            .formatted(input.name(), size, binary.remaining()));
        }
        ByteBuffer data = binary.slice(binary.position(), size).order(ByteOrder.LITTLE_ENDIAN);
        binary.position(binary.position() + size);
        return data;
    }

    private void readBinary(InputHead input, List<Column> into, ByteBuffer data) {
        Datatype type = input.type();
        long wanted = (long) input.rows() * into.size() * type.bytes();
        if (type != Datatype.BYTES && data.remaining() != wanted) {
            throw Invalid.because(
                    "The input %s has a \"binary_data_size\" of %d, must have %d for %s %s."
                            .formatted(
                                    input.name(), data.remaining(), wanted, type, input.shape()));
        }
        for (int row = 0; row < input.rows(); row++) {
            batch.goTo(row);
            for (int i = 0; i < into.size(); i++) {
                Column column = into.get(i);
                String problem =
                        type == Datatype.BYTES
                                ? putText(input, column, data)
                                : type.put(column, batch, data);
                if (problem != null) {
                    faults.add(row, column.feature().name(), problem);
                }
            }
        }
        if (data.hasRemaining()) {
            throw tornTexts(input);
        }
    }

    private @Nullable String putText(InputHead input, Column column, ByteBuffer data) {
        if (data.remaining() < Integer.BYTES) {
            throw tornTexts(input);
        }
        int length = data.getInt();
        if (length < 0 || length > data.remaining()) {
            throw tornTexts(input);
        }
        ByteBuffer text = data.slice(data.position(), length);
        data.position(data.position() + length);
        try {
            return column.put(batch, StandardCharsets.UTF_8.newDecoder().decode(text).toString());
        } catch (CharacterCodingException e) {
            return "is not UTF-8";
        }
    }

    private static RuntimeException tornTexts(InputHead input) {
        return Invalid.because(
                "The input %s has bytes that are not its %s texts. Send each text after its length in 4 bytes, the lowest first."
                        .formatted(input.name(), input.shape()));
    }
}
