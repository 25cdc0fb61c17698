package dev.onnxfunction.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.onnxfunction.fault.Fault;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.predict.BatchReader;
import dev.onnxfunction.predict.InvalidRowsException;
import dev.onnxfunction.predict.RowReader;
import dev.onnxfunction.predict.TooManyCellsException;
import dev.onnxfunction.predict.TooManyRowsException;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The same values as JSON give the same rows, and every fault of every row is listed as for JSON.
 */
class CsvReaderTest {

    private static final List<String> NAMES = List.of("area", "rooms", "year");

    private static final String[] PIECES = {
        "0",
        "1",
        "7",
        "12",
        "-",
        "+",
        ".",
        "e",
        "E",
        "_",
        "\u00a0",
        "'",
        "x",
        "NaN",
        "Infinity",
        "true",
        "false",
        "null",
        "1e308",
        "0.1",
        "1,5",
        "٣",
        "f",
        "d"
    };

    @TempDir private static Path folder;

    private static OnnxModel model;

    private final CsvReader reader = new CsvReader(100, 1000);

    @BeforeAll
    static void load() {
        model = OnnxModel.load(options(OnnxGraph.linear(0, 1, 10, 100), NAMES, false));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Settings.Model options(OnnxGraph graph, List<String> names, boolean missing) {
        return new Settings.Model(graph.write(folder), names, missing, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "area,rooms,year\n1,2,3\n4,5,6\n",
                "area,rooms,year\r\n1,2,3\r\n4,5,6",
                "\ufeffarea,rooms,year\n1,2,3\n4,5,6\n",
                "\"area\",\"rooms\",\"year\"\n\"1\",\"2\",\"3\"\n4.0,5e0,60e-1\n",
                "year,note,area,rooms\n3,\"a \"\"b\"\",\n\",1,2\n6,,4,5\n",
            })
    void columnsStandInAnyOrder(String csv) {
        try (Batch batch = model.batch()) {
            assertThat(read(reader, csv, batch)).isTrue();

            model.run(batch, 0, 2);
            assertThat(batch.size()).isEqualTo(2);
            assertThat(batch.prediction(0)).isEqualTo(321);
            assertThat(batch.prediction(1)).isEqualTo(654);
        }
    }

    @Test
    void aHeaderAloneHasNoRows() {
        try (Batch batch = model.batch()) {
            assertThat(read(reader, "area,rooms,year\n", batch)).isTrue();
            assertThat(batch.size()).isZero();
        }
    }

    @Test
    void aCellIsANumberWhereJsonHasOne() {
        SplittableRandom random = new SplittableRandom(4180);
        RowReader json = new RowReader(model.features(), 1, 3);
        int numbers = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder cell = new StringBuilder();
            for (int j = random.nextInt(1, 4); j > 0; j--) {
                cell.append(PIECES[random.nextInt(PIECES.length)]);
            }
            String plain = cell.indexOf(",") < 0 && random.nextBoolean() ? "" + cell : null;
            String value = plain != null ? plain : "\"" + cell + "\"";
            Double expected = predicted(json, "{\"area\":" + cell + ",\"rooms\":0,\"year\":0}");
            Double found = predicted(reader, "rooms,area,year\n0," + value + ",0");
            assertThat(found).as(value).isEqualTo(expected);
            numbers += found == null ? 0 : 1;
        }
        assertThat(numbers).isBetween(2000, 15_000);
    }

    private static @Nullable Double predicted(BatchReader reader, String text) {
        try (Batch batch = model.batch()) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            reader.read(body, body.length, batch);
            model.run(batch, 0, 1);
            return batch.prediction(0);
        } catch (JsonException | InvalidRowsException e) {
            return null;
        }
    }

    @Test
    void allFaultsOfAllRowsAreListed() {
        String csv =
                """
                area,rooms,year
                1,2,3
                x,true,1e999
                1,2
                ,2,3
                "a
                b",2,3
                1,2,3,4
                1,2"3,4
                "1"2,3,4

                NaN,0x10,1_000
                1, 2,3
                """;

        assertThat(faults(reader, csv, model))
                .containsExactly(
                        new Fault(1, "area", "is a string, must be a number"),
                        new Fault(1, "rooms", "is true, must be a number"),
                        new Fault(1, "year", "is beyond the range of double"),
                        new Fault(2, null, "has 2 cells, must have 3 as the header has (line 4)"),
                        new Fault(3, "area", "missing"),
                        new Fault(4, "area", "is a string, must be a number"),
                        new Fault(5, null, "has 4 cells, must have 3 as the header has (line 8)"),
                        new Fault(
                                6,
                                null,
                                "has a quote in a cell that does not begin with one (line 9)"),
                        new Fault(7, null, "has text after the closing quote of a cell (line 10)"),
                        new Fault(8, null, "has 1 cell, must have 3 as the header has (line 11)"),
                        new Fault(9, "area", "is a string, must be a number"),
                        new Fault(9, "rooms", "is a string, must be a number"),
                        new Fault(9, "year", "is a string, must be a number"),
                        new Fault(10, "rooms", "is a string, must be a number"));
    }

    @Test
    void aLoneCarriageReturnIsAFault() {
        assertThat(faults(reader, "area,rooms,year\n1,2\r3,4\n", model))
                .extracting(Fault::problem)
                .containsExactly("has a carriage return without a line feed (line 2)");
    }

    @Test
    void aFeatureWithoutAColumnIsMissingInEveryRow() {
        assertThat(faults(reader, "AREA,rooms,yaer,area \n1,2,3,4\n5,6,7,8\n", model))
                .containsExactly(
                        new Fault(0, "area", "missing, but there is \"AREA\""),
                        new Fault(0, "year", "missing, but there is \"yaer\""),
                        new Fault(1, "area", "missing, but there is \"AREA\""),
                        new Fault(1, "year", "missing, but there is \"yaer\""));
    }

    @Test
    void whatMayBeMissingMayBeAnEmptyCellOrNoColumn() {
        OnnxGraph graph = OnnxGraph.linear(0, 1, 10, 100);
        try (OnnxModel lenient = OnnxModel.load(options(graph, NAMES, true));
                Batch batch = lenient.batch()) {
            read(reader, "area,rooms\n1,2\n,2\n\"\",2\n", batch);

            assertThat(lenient.columns().get(2).number(batch, 0)).isNaN();
            assertThat(lenient.columns().get(0).number(batch, 0)).isEqualTo(1);
            assertThat(lenient.columns().get(0).number(batch, 1)).isNaN();
            assertThat(lenient.columns().get(0).number(batch, 2)).isNaN();
        }
    }

    @Test
    void textIsTextWhateverItLooksLike() {
        OnnxGraph graph =
                new OnnxGraph()
                        .input("code", Element.STRING, OnnxGraph.N, 1)
                        .input("flag", Element.BOOL, OnnxGraph.N, 1)
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Identity", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1);
        try (OnnxModel mixed = OnnxModel.load(options(graph, List.of(), false))) {
            try (Batch batch = mixed.batch()) {
                read(
                        reader,
                        "code,flag,x\n007,true,1\n\"a,\"\"ä\"\"\n\",\"false\",1\n\"\",true,1",
                        batch);

                assertThat(mixed.columns().get(0).text(batch, 0)).isEqualTo("007");
                assertThat(mixed.columns().get(0).text(batch, 1)).isEqualTo("a,\"ä\"\n");
                assertThat(mixed.columns().get(0).text(batch, 2)).isEmpty();
                assertThat(mixed.columns().get(1).number(batch, 0)).isEqualTo(1);
                assertThat(mixed.columns().get(1).number(batch, 1)).isZero();
            }
            assertThat(faults(reader, "code,flag,x\n🏠,True,1\n,1,1\n", mixed))
                    .containsExactly(
                            new Fault(
                                    0,
                                    "code",
                                    "has U+1F3E0, which ONNX Runtime for Java cannot pass on"),
                            new Fault(0, "flag", "is a string, must be true or false"),
                            new Fault(1, "code", "missing"),
                            new Fault(1, "flag", "is a number, must be true or false"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                            | is empty, must begin with a header
                    a,b,a                         | has two columns "a" (line 1)
                    area;rooms;year\\n1;2;3       | has no comma but ";" in its header; cells must be separated by commas (line 1)
                    area\\trooms\\n               | has no comma but "\\t" in its header; cells must be separated by commas (line 1)
                    area,rooms,year\\n1,2,3\\n"1,2| has a quoted cell that does not end (line 3)
                    "area,rooms                   | has a quoted cell that does not end (line 1)
                    area,ro"oms                   | has a quote in a cell that does not begin with one (line 1)
                    """)
    void whatIsNoCsvIsRefused(String escaped, String message) {
        String csv = escaped.replace("\\n", "\n").replace("\\t", "\t");
        try (Batch batch = model.batch()) {
            assertThatExceptionOfType(CsvException.class)
                    .isThrownBy(() -> read(reader, csv, batch))
                    .withMessage(message.replace("\\t", "\\t"));
        }
    }

    @Test
    void otherEncodingsAreRefused() {
        byte[] latin1 = "area,rooms,year,größe\n".getBytes(StandardCharsets.ISO_8859_1);
        try (Batch batch = model.batch()) {
            assertThatExceptionOfType(CsvException.class)
                    .isThrownBy(() -> reader.read(latin1, latin1.length, batch))
                    .withMessage("is not UTF-8");
        }
    }

    @Test
    void rowsAndCellsAreLimited() {
        try (Batch batch = model.batch()) {
            String csv = "area,rooms,year\n" + "1,2,3\n".repeat(3);
            assertThatExceptionOfType(TooManyRowsException.class)
                    .isThrownBy(() -> read(new CsvReader(2, 1000), csv, batch));
            assertThatExceptionOfType(TooManyCellsException.class)
                    .isThrownBy(() -> read(new CsvReader(100, 8), csv, batch));
        }
    }

    private static List<Fault> faults(CsvReader reader, String csv, OnnxModel model) {
        try (Batch batch = model.batch()) {
            read(reader, csv, batch);
            return List.of();
        } catch (InvalidRowsException e) {
            return e.faults().listed();
        }
    }

    private static boolean read(CsvReader reader, String csv, Batch batch) {
        byte[] body = csv.getBytes(StandardCharsets.UTF_8);
        return reader.read(body, body.length, batch);
    }
}
