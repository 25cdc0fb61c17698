package dev.onnxfunction;

import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** Graphs with several inputs, some of which take several features (blocks). */
@Tag(TestedServer.MODEL)
class BlocksTest {

    private static final String NAMES = "model.features=num=a,b,c; cat=d,e; w=f";

    static final String CARD =
            """
            {"name": "m", "version": "1", "target": {"name": "y"}, "features": [
              {"name": "d", "type": "int64", "input": "cat", "max": 5},
              {"name": "a", "type": "float", "input": "num"},
              {"name": "b", "type": "float", "input": "num", "missing": "allowed"},
              {"name": "w", "type": "double"},
              {"name": "e", "type": "int64", "input": "cat"},
              {"name": "c", "type": "float", "input": "num", "min": 0}],
             "background": [[0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]]}
            """;

    @TempDir Path folder;

    /** y = a + 10 b + 100 c + 1000 d + 10000 e + w; num and cat are blocks. */
    static OnnxGraph blocks(long rows) {
        return new OnnxGraph()
                .input("num", Element.FLOAT, rows, 3)
                .input("cat", Element.INT64, rows, 2)
                .input("w", Element.DOUBLE, rows)
                .doubles("nums", new long[] {3, 1}, 1, 10, 100)
                .doubles("cats", new long[] {2, 1}, 1000, 10_000)
                .longs("one", new long[] {1}, 1)
                .node("Cast", "num", "num_", Attribute.of("to", 11))
                .node("Cast", "cat", "cat_", Attribute.of("to", 11))
                .node("MatMul", "num_ nums", "n")
                .node("MatMul", "cat_ cats", "c")
                .node("Unsqueeze", "w one", "w_")
                .node("Sum", "n c w_", "y")
                .output("y", Element.DOUBLE, rows, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {N, 1})
    void areNamedByTheSettings(long rows) {
        try (RunningFunction function =
                RunningFunction.serving(blocks(rows).write(folder), NAMES)) {
            assertThat(
                            function.predict("{\"f\":0.5,\"e\":5,\"d\":4,\"c\":3,\"b\":2,\"a\":1}")
                                    .body())
                    .isEqualTo("{\"status\":\"ok\",\"predict\":54321.5}");
            assertThat(
                            function.predict(
                                            """
                                            [{"a":1,"b":2,"c":3,"d":4,"e":5,"f":0},
                                             {"a":0,"b":0,"c":1,"d":0,"e":2,"f":0.25},
                                             {"a":9,"b":8,"c":7,"d":6,"e":5,"f":-1}]
                                            """)
                                    .body())
                    .isEqualTo(
                            "[{\"status\":\"ok\",\"predict\":54321.0},"
                                    + "{\"status\":\"ok\",\"predict\":20100.25},"
                                    + "{\"status\":\"ok\",\"predict\":56788.0}]");
            assertThat(function.get("/model").body())
                    .contains(
                            "{\"name\":\"d\",\"type\":\"int64\",\"input\":\"cat\"}",
                            "{\"name\":\"f\",\"type\":\"double\",\"input\":\"w\"}");
            assertThat(function.predict("{\"a\":1,\"b\":\"2\",\"c\":3,\"d\":4.5,\"f\":0}").body())
                    .contains(
                            "{\"row\":0,\"feature\":\"b\",\"problem\":\"is a string, must be a",
                            "{\"row\":0,\"feature\":\"d\",\"problem\":\"is a number with a frac",
                            "{\"row\":0,\"feature\":\"e\",\"problem\":\"missing\"}");
        }
    }

    @Test
    void areNamedByTheCardInAnyOrder() {
        try (RunningFunction function =
                RunningFunction.serving(blocks(N).card(CARD).write(folder))) {
            assertThat(
                            function.predict(
                                            """
                                            [{"a":1,"b":2,"c":3,"d":4,"e":5,"w":0.5},
                                             {"a":1,"b":2,"c":-3,"d":6,"e":5,"w":0}]
                                            """)
                                    .body())
                    .isEqualTo(
                            "[{\"status\":\"ok\",\"predict\":54321.5,\"model\":\"m@1\"},"
                                    + "{\"status\":\"ok\",\"predict\":55721.0,"
                                    + "\"outOfRange\":[\"d\",\"c\"],\"model\":\"m@1\"}]");
            assertThat(function.get("/openapi.json").body())
                    .contains("\"required\":[\"d\",\"a\",\"w\",\"e\",\"c\"]");
            assertThat(
                            function.post(
                                            "/explain",
                                            "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"w\":0.5}")
                                    .body())
                    .contains("\"contributions\":{\"d\":3500.0,\"a\":0.5,\"b\":15.0,\"w\":0.0,");
        }
    }

    @Test
    @Tag(TestedServer.IMAGE)
    void mayBeOfEveryType() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("text", Element.STRING, N, 2)
                        .input("flag", Element.BOOL, N, 2)
                        .input("int", Element.INT32, N, 2)
                        .input("long", Element.INT64, N, 1)
                        .input("half", Element.FLOAT16, N, N)
                        .mlNode(
                                "LabelEncoder",
                                "text",
                                "code",
                                Attribute.strings("keys_strings", "é", "b"),
                                Attribute.longs("values_int64s", 1, 2),
                                Attribute.of("default_int64", 9L))
                        .doubles("texts", new long[] {2, 1}, 100_000, 10_000)
                        .doubles("flags", new long[] {2, 1}, 1000, 100)
                        .doubles("ints", new long[] {2, 1}, 10, 1)
                        .doubles("halves", new long[] {2, 1}, 0.5, 0.25)
                        .node("Cast", "code", "text_", Attribute.of("to", 11))
                        .node("Cast", "flag", "flag_", Attribute.of("to", 11))
                        .node("Cast", "int", "int_", Attribute.of("to", 11))
                        .node("Cast", "long", "long_", Attribute.of("to", 11))
                        .node("Cast", "half", "half_", Attribute.of("to", 11))
                        .node("MatMul", "text_ texts", "t")
                        .node("MatMul", "flag_ flags", "f")
                        .node("MatMul", "int_ ints", "i")
                        .node("MatMul", "half_ halves", "h")
                        .node("Sum", "t f i h long_", "y")
                        .output("y", Element.DOUBLE, N, 1);
        String rows =
                """
                [{"s":"é","t":"b","f":true,"g":false,"i":3,"j":4,"long":1000000,"h":1,"k":1},
                 {"s":"b","t":"?","f":false,"g":true,"i":-1,"j":0,"long":0,"h":0,"k":2}]
                """;

        try (RunningFunction function =
                RunningFunction.serving(
                        graph.write(folder),
                        "model.features=text=s,t;long;flag=f,g;half=h,k;int=i,j")) {
            assertThat(function.predict(rows).body())
                    .isEqualTo(
                            "[{\"status\":\"ok\",\"predict\":1121034.75},"
                                    + "{\"status\":\"ok\",\"predict\":290090.5}]");
        }
    }

    @Test
    void columnsMayHoldEqualSigns() {
        OnnxGraph graph = OnnxGraph.linear(0, 1, 10);
        for (String features : new String[] {"sex=m,sex=f", "x=sex=m,sex=f"}) {
            try (RunningFunction function =
                    RunningFunction.serving(graph.write(folder), "model.features=" + features)) {
                assertThat(function.predict("{\"sex=m\":1,\"sex=f\":2}").body())
                        .contains("\"predict\":21.0");
            }
        }
    }

    @Test
    void mayBeSetAsInTheCard() {
        Path model = blocks(N).card(CARD).write(folder);
        RunningFunction.serving(model, "model.features=d,a,b,w,e,c").close();
        RunningFunction.serving(model, "model.features=cat=d;num=a,b;w;cat=e;num=c").close();
    }
}
