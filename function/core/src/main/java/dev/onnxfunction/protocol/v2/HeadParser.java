package dev.onnxfunction.protocol.v2;

import dev.onnxfunction.json.JsonNumber.Fit;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.json.JsonReader.Kind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses an inference request but skips the elements of its tensors, because their datatype and
 * shape may follow them.
 */
final class HeadParser {

    private static final String INPUT = "an object with name, shape, datatype and data";

    /** Parameters by which Triton's clients name memory that they share with the server. */
    private static final String SHARED_MEMORY = "shared_memory";

    private final JsonReader json;

    private @Nullable String id;
    private boolean binaryOutput;
    private @Nullable List<InputHead> inputs;
    private final List<RequestedOutput> outputs = new ArrayList<>();

    HeadParser(JsonReader json) {
        this.json = json;
    }

    InferHead parse() {
        if (json.isEmpty()) {
            throw Invalid.because("The body is empty. Send an object with \"inputs\".");
        }
        Kind kind = json.next();
        if (kind != Kind.OBJECT) {
            throw Invalid.member("the body", "is " + kind.description(), "an object");
        }
        Set<String> given = new HashSet<>();
        while (json.nextMember()) {
            switch (name(given)) {
                case "id" -> id = string("id");
                case "parameters" -> readParameters();
                case "inputs" -> readInputs();
                case "outputs" -> readOutputs();
                default -> json.skipStrictly();
            }
        }
        json.end();
        if (inputs == null) {
            throw Invalid.because(
                    "The request has no \"inputs\". Send a list with a tensor for each feature.");
        }
        return new InferHead(id, binaryOutput, inputs, outputs);
    }

    private void readParameters() {
        for (Parameter parameter : parametersOf("parameters")) {
            if (parameter.name.equals("binary_data_output")) {
                binaryOutput = parameter.flag("parameters.binary_data_output");
            }
        }
    }

    private void readInputs() {
        List<InputHead> read = new ArrayList<>();
        Set<String> names = new HashSet<>();
        list("inputs");
        while (json.nextElement()) {
            object("inputs", INPUT);
            InputHead input = readInput();
            if (!names.add(input.name())) {
                throw Invalid.because(
                        "The input " + input.name() + " is given twice. Send it once.");
            }
            read.add(input);
        }
        inputs = read;
    }

    private InputHead readInput() {
        String name = null;
        String type = null;
        long[] shape = null;
        int data = -1;
        Integer binarySize = null;
        Set<String> given = new HashSet<>();
        while (json.nextMember()) {
            switch (name(given)) {
                case "name" -> name = string("name");
                case "datatype" -> type = string("datatype");
                case "shape" -> shape = shape();
                case "data" -> data = data();
                case "parameters" -> binarySize = binarySize();
                default -> json.skipStrictly();
            }
        }
        return input(name, type, shape, data, binarySize);
    }

    private static InputHead input(
            @Nullable String name,
            @Nullable String type,
            long @Nullable [] shape,
            int data,
            @Nullable Integer binarySize) {
        if (name == null || type == null || shape == null) {
            String missing = name == null ? "name" : type == null ? "datatype" : "shape";
            String input = name == null ? "An input" : "The input " + name;
            throw Invalid.because("%s has no \"%s\". Send %s.".formatted(input, missing, INPUT));
        }
        Datatype datatype = Datatype.of(type);
        if (datatype == null) {
            throw Invalid.because(
                    "The input %s has the datatype \"%s\", must have BOOL, UINT8 to UINT64, INT8 to INT64, FP16, FP32, FP64 or BYTES."
                            .formatted(name, type));
        }
        if ((data < 0) == (binarySize == null)) {
            throw Invalid.because(
                    "The input %s has %s. Send its elements once."
                            .formatted(
                                    name,
                                    data < 0
                                            ? "neither \"data\" nor \"binary_data_size\""
                                            : "both \"data\" and \"binary_data_size\""));
        }
        if (shape.length < 1 || shape.length > 2) {
            throw Invalid.because(
                    "The input %s has %d dimensions, must have shape [N], [N, 1] or [N, k]."
                            .formatted(name, shape.length));
        }
        return new InputHead(
                name,
                datatype,
                (int) shape[0],
                columns(shape),
                shape.length == 1,
                data,
                binarySize);
    }

    private static int columns(long[] shape) {
        return shape.length == 1 ? 1 : (int) shape[shape.length - 1];
    }

    private long[] shape() {
        List<Long> dimensions = new ArrayList<>();
        list("shape");
        while (json.nextElement()) {
            if (json.next() != Kind.NUMBER
                    || json.number().fit() != Fit.WHOLE
                    || json.number().toLong() < 0
                    || json.number().toLong() > Integer.MAX_VALUE) {
                throw Invalid.member("shape", "has another element", "whole numbers from 0 on");
            }
            dimensions.add(json.number().toLong());
        }
        return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    private int data() {
        int at = json.position();
        list("data");
        json.skipArray();
        return at;
    }

    private @Nullable Integer binarySize() {
        Integer size = null;
        for (Parameter parameter : parametersOf("parameters")) {
            refuseSharedMemory(parameter);
            if (parameter.name.equals("binary_data_size")) {
                size = parameter.size();
            }
        }
        return size;
    }

    private void readOutputs() {
        list("outputs");
        while (json.nextElement()) {
            object("outputs", "an object with name");
            String name = null;
            Boolean binary = null;
            Set<String> given = new HashSet<>();
            while (json.nextMember()) {
                switch (name(given)) {
                    case "name" -> name = string("name");
                    case "parameters" -> binary = binaryOutput();
                    default -> json.skipStrictly();
                }
            }
            if (name == null) {
                throw Invalid.because("An output has no \"name\". Send one.");
            }
            outputs.add(new RequestedOutput(name, binary));
        }
    }

    private @Nullable Boolean binaryOutput() {
        Boolean binary = null;
        for (Parameter parameter : parametersOf("parameters")) {
            refuseSharedMemory(parameter);
            if (parameter.name.equals("binary_data")) {
                binary = parameter.flag("binary_data");
            } else if (parameter.name.equals("classification")) {
                throw Invalid.because(
                        "An output asks for a classification, but the model is a regression. Leave"
                                + " that parameter out.");
            }
        }
        return binary;
    }

    private static void refuseSharedMemory(Parameter parameter) {
        if (parameter.name.startsWith(SHARED_MEMORY)) {
            throw Invalid.because(
                    "A tensor is in shared memory, which this function does not have. Send it in"
                            + " the body.");
        }
    }

    /** A parameter with a boolean or integer value; others have only a name. */
    private record Parameter(String name, Kind kind, long number) {

        boolean flag(String called) {
            if (kind != Kind.TRUE && kind != Kind.FALSE) {
                throw Invalid.member(called, "is " + kind.description(), "true or false");
            }
            return kind == Kind.TRUE;
        }

        int size() {
            if (kind != Kind.NUMBER || number < 0 || number > Integer.MAX_VALUE) {
                throw Invalid.member(name, "is another value", "a number of bytes");
            }
            return (int) number;
        }
    }

    private List<Parameter> parametersOf(String called) {
        List<Parameter> parameters = new ArrayList<>();
        Set<String> given = new HashSet<>();
        object(called, "an object");
        while (json.nextMember()) {
            String name = name(given);
            Kind kind = json.next();
            boolean whole = kind == Kind.NUMBER && json.number().fit() == Fit.WHOLE;
            parameters.add(new Parameter(name, kind, whole ? json.number().toLong() : -1));
            json.skipStrictly(kind);
        }
        return parameters;
    }

    /**
     * Returns the current member's name, and refuses one that the object has twice.
     *
     * @param given names of the members before
     */
    private String name(Set<String> given) {
        String name = json.string();
        if (!given.add(name)) {
            throw Invalid.because("\"" + name + "\" is given twice. Send it once.");
        }
        return name;
    }

    private String string(String called) {
        Kind kind = json.next();
        if (kind != Kind.STRING) {
            throw Invalid.member(called, "is " + kind.description(), "a string");
        }
        return json.string();
    }

    private void list(String called) {
        Kind kind = json.next();
        if (kind != Kind.ARRAY) {
            throw Invalid.member(called, "is " + kind.description(), "a list");
        }
    }

    private void object(String called, String wanted) {
        Kind kind = json.next();
        if (kind != Kind.OBJECT) {
            throw Invalid.member(called, "has " + kind.description(), wanted);
        }
    }
}
