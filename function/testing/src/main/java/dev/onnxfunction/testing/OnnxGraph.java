package dev.onnxfunction.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Builds small ONNX files, as the format's {@code onnx.proto} defines them. Every test makes the
 * graph it needs and knows its exact values.
 */
public final class OnnxGraph {

    /** Element types, by their numbers in {@code TensorProto.DataType}. */
    public enum Element {
        FLOAT(1),
        UINT8(2),
        INT32(6),
        INT64(7),
        STRING(8),
        BOOL(9),
        FLOAT16(10),
        DOUBLE(11),
        UINT32(12);

        final int number;

        Element(int number) {
            this.number = number;
        }
    }

    /** An open dimension. */
    public static final long N = -1;

    private static final int MAIN_OPSET = 17;
    private static final int ML_OPSET = 3;

    private final Protobuf graph = new Protobuf().text(2, "graph");
    private final Protobuf metadata = new Protobuf();
    private final Protobuf imports = new Protobuf();
    private long irVersion = 8;
    private long opset = MAIN_OPSET;
    private long mlOpset = ML_OPSET;

    /**
     * {@code y = x · weights + bias}, one double input {@code x} of shape [N, k] and an output
     * {@code y} of shape [N, 1].
     */
    public static OnnxGraph linear(double bias, double... weights) {
        return new OnnxGraph()
                .input("x", Element.DOUBLE, N, weights.length)
                .doubles("w", new long[] {weights.length, 1}, weights)
                .doubles("b", new long[] {1}, bias)
                .node("Gemm", "x w b", "y")
                .output("y", Element.DOUBLE, N, 1);
    }

    /**
     * {@code y = x + n}, where n is the largest whole number up to any x, counted in a loop: each
     * step takes about a microsecond, so from 1e15 on the model never ends. One double input {@code
     * x} of shape [N, 1] and an output {@code y} of shape [N, 1].
     */
    public static OnnxGraph counting() {
        OnnxGraph body =
                new OnnxGraph()
                        .input("iteration", Element.INT64)
                        .input("condition", Element.BOOL)
                        .input("sum", Element.DOUBLE, N, 1)
                        .doubles("one", new long[] {1}, 1)
                        .node("Identity", "condition", "goOn")
                        .node("Add", "sum one", "next")
                        .output("goOn", Element.BOOL)
                        .output("next", Element.DOUBLE, N, 1);
        return new OnnxGraph()
                .input("x", Element.DOUBLE, N, 1)
                .node("ReduceMax", "x", "largest", Attribute.of("keepdims", 0))
                .node("Cast", "largest", "times", Attribute.of("to", Element.INT64.number))
                .node("Loop", "times  x", "y", Attribute.of("body", body))
                .output("y", Element.DOUBLE, N, 1);
    }

    /** {@code y = x}, in so many nodes that the model takes seconds to load. */
    public static OnnxGraph ponderous() {
        OnnxGraph graph = new OnnxGraph().input("x", Element.DOUBLE, N, 1);
        int steps = 60_000;
        for (int i = 0; i < steps; i++) {
            graph.node("Neg", i == 0 ? "x" : "t" + i, i + 1 == steps ? "y" : "t" + (i + 1));
        }
        return graph.output("y", Element.DOUBLE, N, 1);
    }

    public OnnxGraph input(String name, Element type, long... shape) {
        graph.message(11, tensorInfo(name, type, shape));
        return this;
    }

    public OnnxGraph output(String name, Element type, long... shape) {
        graph.message(12, tensorInfo(name, type, shape));
        return this;
    }

    /** Adds an output that is a sequence of maps from class to probability, as classifiers have. */
    public OnnxGraph mapSequenceOutput(String name) {
        Protobuf number = new Protobuf().message(1, new Protobuf().number(1, Element.FLOAT.number));
        Protobuf map = new Protobuf().number(1, Element.INT64.number).message(2, number);
        Protobuf sequence = new Protobuf().message(1, new Protobuf().message(5, map));
        graph.message(
                12, new Protobuf().text(1, name).message(2, new Protobuf().message(4, sequence)));
        return this;
    }

    /** Adds a node of the main operator set; names are separated by blanks. */
    public OnnxGraph node(String operator, String inputs, String outputs, Attribute... attributes) {
        return node("", operator, inputs, outputs, attributes);
    }

    /** Adds a node of the operator set {@code ai.onnx.ml}. */
    public OnnxGraph mlNode(
            String operator, String inputs, String outputs, Attribute... attributes) {
        return node("ai.onnx.ml", operator, inputs, outputs, attributes);
    }

    /** Adds a node of any operator set; names are separated by blanks. */
    public OnnxGraph node(
            String domain,
            String operator,
            String inputs,
            String outputs,
            Attribute... attributes) {
        Protobuf node = new Protobuf();
        for (String input : inputs.split(" ", -1)) {
            node.text(1, input);
        }
        for (String output : outputs.split(" ", -1)) {
            node.text(2, output);
        }
        node.text(4, operator).text(7, domain);
        for (Attribute attribute : attributes) {
            node.message(5, attribute.proto);
        }
        graph.message(1, node);
        return this;
    }

    public OnnxGraph doubles(String name, long[] shape, double... values) {
        byte[] raw = new byte[values.length * Double.BYTES];
        littleEndian(raw).asDoubleBuffer().put(values);
        return initializer(name, Element.DOUBLE, shape, raw);
    }

    public OnnxGraph floats(String name, long[] shape, float... values) {
        byte[] raw = new byte[values.length * Float.BYTES];
        littleEndian(raw).asFloatBuffer().put(values);
        return initializer(name, Element.FLOAT, shape, raw);
    }

    public OnnxGraph longs(String name, long[] shape, long... values) {
        byte[] raw = new byte[values.length * Long.BYTES];
        littleEndian(raw).asLongBuffer().put(values);
        return initializer(name, Element.INT64, shape, raw);
    }

    /** Adds doubles that are in another file of the model's folder, from its first byte on. */
    public OnnxGraph externalDoubles(String name, long[] shape, String file) {
        Protobuf location = new Protobuf().text(1, "location").text(2, file);
        Protobuf tensor = tensor(name, Element.DOUBLE, shape).message(13, location).number(14, 1);
        graph.message(5, tensor);
        return this;
    }

    public OnnxGraph card(String json) {
        return metadata("model_card", json);
    }

    public OnnxGraph metadata(String key, String value) {
        metadata.message(14, new Protobuf().text(1, key).text(2, value));
        return this;
    }

    public OnnxGraph irVersion(long version) {
        irVersion = version;
        return this;
    }

    public OnnxGraph opset(long version) {
        opset = version;
        return this;
    }

    /** Sets the version of the operator set {@code ai.onnx.ml}. */
    public OnnxGraph mlOpset(long version) {
        mlOpset = version;
        return this;
    }

    /** Adds another operator set. */
    public OnnxGraph imports(String domain, long version) {
        imports.message(8, new Protobuf().text(1, domain).number(2, version));
        return this;
    }

    public byte[] toBytes() {
        Protobuf model = new Protobuf().number(1, irVersion).text(2, "test").message(7, graph);
        model.message(8, new Protobuf().text(1, "").number(2, opset));
        model.message(8, new Protobuf().text(1, "ai.onnx.ml").number(2, mlOpset));
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(model.toBytes());
        joined.writeBytes(imports.toBytes());
        joined.writeBytes(metadata.toBytes());
        return joined.toByteArray();
    }

    /** Writes the file into a folder. */
    public Path write(Path folder) {
        try {
            return Files.write(Files.createTempFile(folder, "model", ".onnx"), toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OnnxGraph initializer(String name, Element type, long[] shape, byte[] raw) {
        graph.message(5, tensor(name, type, shape).bytes(9, raw));
        return this;
    }

    private static Protobuf tensor(String name, Element type, long[] shape) {
        Protobuf tensor = new Protobuf();
        for (long size : shape) {
            tensor.number(1, size);
        }
        return tensor.number(2, type.number).text(8, name);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Protobuf tensorInfo(String name, Element type, long... shape) {
        return new Protobuf().text(1, name).message(2, tensorType(type, shape));
    }

    private static Protobuf tensorType(Element type, long... shape) {
        Protobuf dimensions = new Protobuf();
        for (long size : shape) {
            dimensions.message(
                    1, size == N ? new Protobuf().text(2, "N") : new Protobuf().number(1, size));
        }
        Protobuf tensor = new Protobuf().number(1, type.number).message(2, dimensions);
        return new Protobuf().message(1, tensor);
    }

    /** An attribute of a node. */
    public static final class Attribute {

        private final String name;
        private final Protobuf proto;

        private Attribute(String name, int type, Consumer<Protobuf> value) {
            this.name = name;
            proto = new Protobuf().text(1, name);
            value.accept(proto);
            proto.number(20, type);
        }

        public String name() {
            return name;
        }

        Protobuf proto() {
            return proto;
        }

        public static Attribute of(String name, long value) {
            return new Attribute(name, 2, proto -> proto.number(3, value));
        }

        public static Attribute of(String name, float value) {
            return new Attribute(name, 1, proto -> proto.decimal(2, value));
        }

        public static Attribute of(String name, String value) {
            return new Attribute(name, 3, proto -> proto.text(4, value));
        }

        public static Attribute of(String name, OnnxGraph body) {
            return new Attribute(name, 5, proto -> proto.message(6, body.graph));
        }

        public static Attribute longs(String name, long... values) {
            return new Attribute(
                    name,
                    7,
                    proto -> {
                        for (long value : values) {
                            proto.number(8, value);
                        }
                    });
        }

        public static Attribute floats(String name, float... values) {
            return new Attribute(
                    name,
                    6,
                    proto -> {
                        for (float value : values) {
                            proto.decimal(7, value);
                        }
                    });
        }

        /** The same, in protobuf's packed encoding. */
        public static Attribute packedLongs(String name, long... values) {
            return new Attribute(name, 7, proto -> proto.packed(8, values));
        }

        /** A tensor of one dimension. */
        public static Attribute doubles(String name, double... values) {
            byte[] raw = new byte[values.length * Double.BYTES];
            littleEndian(raw).asDoubleBuffer().put(values);
            Protobuf tensor = tensor(name, Element.DOUBLE, new long[] {values.length});
            return new Attribute(name, 4, proto -> proto.message(5, tensor.bytes(9, raw)));
        }

        public static Attribute strings(String name, String... values) {
            return new Attribute(
                    name,
                    8,
                    proto -> {
                        for (String value : values) {
                            proto.text(9, value);
                        }
                    });
        }
    }
}
