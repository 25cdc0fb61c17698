package dev.onnxfunction.predict;

import static dev.onnxfunction.testing.OnnxGraph.N;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.stream.Collectors.joining;

import dev.onnxfunction.fault.Faults;
import dev.onnxfunction.json.JsonException;
import dev.onnxfunction.json.JsonReader;
import dev.onnxfunction.model.Batch;
import dev.onnxfunction.model.OnnxModel;
import dev.onnxfunction.settings.Settings;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Rows as objects, lists, columns and lines: what is read, and what is reported otherwise. */
class RowParserTest {

    private static final String ROW = "{\"a\":1,\"width\":2,\"b\":3}";

    @TempDir private static Path folder;

    private static OnnxModel model;

    @BeforeAll
    static void load() {
        Path file =
                new OnnxGraph()
                        .input("a", Element.DOUBLE, N, 1)
                        .input("width", Element.INT64, N, 1)
                        .input("b", Element.DOUBLE, N, 1)
                        .node("Cast", "width", "w", Attribute.of("to", 11))
                        .node("Add", "a w", "aw")
                        .node("Add", "aw b", "y")
                        .output("y", Element.DOUBLE, N, 1)
                        .write(folder);
        model = OnnxModel.load(new Settings.Model(file, List.of(), false, 1));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1,'width':2,'b':3} | 1.0 2.0 3.0",
                "[{'a':1,'width':2,'b':3},{'b':6,'a':4,'width':5}] | 1.0 2.0 3.0; 4.0 5.0 6.0",
                "[{'a':1,'width':2,'b':3},{'a':4,'width':5,'b':6},{'a':7,'width':8,'b':9}]"
                        + " | 1.0 2.0 3.0; 4.0 5.0 6.0; 7.0 8.0 9.0",
                "[{'a':1,'width':2,'b':3,'x':1},{'a':4,'width':5,'b':6,'x':[2]}]"
                        + " | 1.0 2.0 3.0; 4.0 5.0 6.0",
                "[] | ``",
                "` ` | is empty",
                "7 | is a number",
                "'x' | is a string",
                "{'a':1,'width':2,'b':3} x | goes on after the end of the value (line 1, column"
                        + " 25)",
                "[7,{'a':1,'width':2,'b':3},[{'c':1,'c':2}]]"
                        + " | 3 faults: row 0: is a number, must be an object;"
                        + " row 2: is a list, must be an object; row 2, c: is given twice",
                "{'a':1,'a':2,'width':2,'b':3} | 1 fault: row 0, a: is given twice",
                "{'a':1,'a':{'c':1,'c':2},'width':2,'b':3}"
                        + " | 2 faults: row 0, a: is given twice; row 0, c: is given twice",
                "{'a':1,'width':2,'b':{'c':1,'c':[]}} | 2 faults: row 0, b: is an object,"
                        + " must be a number; row 0, c: is given twice",
                "{'a':'1','width':true,'b':null} | 3 faults: row 0, a: is a string, must be a"
                        + " number; row 0, width: is true, must be a whole number;"
                        + " row 0, b: is null, must be a number",
                "{'a':false,'width':2,'b':[1]} | 2 faults: row 0, a: is false, must be a number;"
                        + " row 0, b: is a list, must be a number",
                "{'a':1,'width':2,'b':3,'x':1,'x':{'y':1,'y':2}}"
                        + " | 2 faults: row 0, x: is given twice; row 0, y: is given twice",
                "[{'a':1,'width':2,'b':3},{'a':1,'width':2,'b':3},{'a':1,'width':2.5,'b':'3'},7]"
                        + " | 3 faults: row 2, width: is a number with a fraction, must be a whole"
                        + " number; row 2, b: is a string, must be a number; row 3: is a number,"
                        + " must be an object",
                "[{'a':1,'width':2,'b':3},{'a':1,'width':2,'b':3},{'a':1,'width':2,'a':3}]"
                        + " | 2 faults: row 2, a: is given twice; row 2, b: missing",
                "{'a':1,'width':2,'b':3,'x':{'y':1,'z':[{'y':2}]}} | 1.0 2.0 3.0",
                "[{'a':1,'width':2,'b':3},{'a':1,'width':2,'b':3},{'b':3,'a':1,'width':2,'b':4},"
                        + "{'a':4,'width':5,'b':6}]"
                        + " | 1 fault: row 2, b: is given twice",
                "{'a':1,'Width':2,'b':3}"
                        + " | 1 fault: row 0, width: missing, but there is \"Width\"",
                "[{'a':1,'widht':2,'b':3},{'a':1,'b':3,'x':4}] | 2 faults: row 0, width: missing,"
                        + " but there is \"widht\"; row 1, width: missing"
            })
    void aBodyIsReadOrItsFaultsAreListed(String body, String result) {
        assertThat(read(100, 1000, body)).isEqualTo(result);
    }

    /** Doubles in the model's order, and members that repeat the row before, are read in a loop. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1,'b':2,'c':3}; {'a':4,'b':5,'c':6}; {'a':-7.5,'b':80.25,'c':0.0009}"
                        + " | 1.0 2.0 3.0; 4.0 5.0 6.0; -7.5 80.25 9.0E-4",
                "{'a':1,'b':2,'c':3}; {'a':4,'b':0.12345678901,'c':6}; {'a':7,'b':8,'c':1e300}"
                        + " | 1.0 2.0 3.0; 4.0 0.12345678901 6.0; 7.0 8.0 1.0E300",
                "{'b':1,'a':2,'c':3}; {'b':4,'a':5,'c':6}; {'a':7,'b':8,'c':9}; {'c':1,'a':2,'b':3}"
                        + " | 2.0 1.0 3.0; 5.0 4.0 6.0; 7.0 8.0 9.0; 2.0 3.0 1.0",
                "{'x':0,'b':1,'c':2,'a':3}; {'x':0,'b':4,'c':5,'a':6} | 3.0 1.0 2.0; 6.0 4.0 5.0",
                "{'a':1,'b':2,'c':3}; {'a':1,'b':'2','c':3}"
                        + " | 1 fault: row 1, b: is a string, must be a number",
                "{'a':1,'b':2,'c':3}; {'a':1,'b':2,'c':3,'a':4}"
                        + " | 1 fault: row 1, a: is given twice",
                "{'a':1,'b':2,'c':3}; {'a':1,'b':2,'b':3,'c':4}"
                        + " | 1 fault: row 1, b: is given twice",
                "{'a':1,'b':2,'c':3}; {'a':1,'c':2,'b':3,'c':4}"
                        + " | 1 fault: row 1, c: is given twice",
                "{'x':0,'b':1,'c':2,'a':3}; {'x':0,'c':1,'b':2,'c':3,'a':4}"
                        + " | 1 fault: row 1, c: is given twice",
                "{'a':1,'b':2,'c':3}; {'a':1,'b':2} | 1 fault: row 1, c: missing",
                "{'a':1,'b':2,'c':3}; {'b':1,'c':2} | 1 fault: row 1, a: missing"
            })
    void doublesOfARowAreReadTogether(String rows, String result) {
        Path file = OnnxGraph.linear(0, 1, 1, 1).write(folder);
        List<String> names = List.of("a", "b", "c");
        byte[] body = bytes("[" + rows.replace("; ", ",") + "]" + " ".repeat(20));
        try (OnnxModel plain = OnnxModel.load(new Settings.Model(file, names, false, 1));
                Batch batch = plain.batch()) {
            RowReader reader = new RowReader(plain.features(), 100, 1000);

            assertThat(result(batch, into -> reader.read(body, body.length, into)))
                    .isEqualTo(result);
        }
    }

    @Test
    void onlyAnArrayIsAnArray() {
        RowReader reader = new RowReader(model.features(), 100, 1000);
        try (Batch batch = model.batch()) {
            byte[] row = bytes(ROW);
            byte[] array = bytes("[" + ROW + "]");
            assertThat(reader.read(row, row.length, batch)).isFalse();
            assertThat(reader.read(array, array.length, batch)).isTrue();
        }
    }

    /** Each case has three features. */
    @ParameterizedTest
    @CsvSource({
        "3, 100, 3, true",
        "3, 100, 4, false",
        "100, 7, 2, true",
        "100, 7, 3, false",
        "100, 9, 3, true",
        "100, 1, 1, true",
        "100, 1, 2, false"
    })
    void rowsAndCellsAreLimited(int maxRows, int maxCells, int rows, boolean accepted) {
        String problem =
                maxRows == 3
                        ? "More than 3 rows."
                        : new TooManyCellsException(maxCells, 3).getMessage();
        String list = String.join(",", Collections.nCopies(rows, "1"));
        String columns = "{'a':[%s],'width':[%s],'b':[%s]}".formatted(list, list, list);
        String array = "[" + String.join(",", Collections.nCopies(rows, ROW)) + "]";

        assertThat(read(maxRows, maxCells, array).equals(problem)).isNotEqualTo(accepted);
        assertThat(readColumns(maxRows, maxCells, columns).equals(problem)).isNotEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a,width,b | [[1,2,3],[4,5,6]] | 1.0 2.0 3.0; 4.0 5.0 6.0",
                "b,x,a,width | [[3,[9],1,2],{'a':4,'width':5,'b':6}]"
                        + " | 1.0 2.0 3.0; 4.0 5.0 6.0",
                "a,width,b | [] | ``",
                "a,width,b | 7 | has a number in the place of its rows",
                "a,width,b | [[1,2],[1,2,3,4]] | 2 faults: row 0: has 2 values, must have 3;"
                        + " row 1: has 4 values, must have 3",
                "a,Width,b | [[1,2,3]]"
                        + " | 1 fault: row 0, width: missing, but there is \"Width\"",
                "a,width,b,a | [[1,2,3,1]] | 1 fault: row 0, a: is given twice",
                "a,width,b,x | [[1,2,3,{'y':1,'y':2}]] | 1 fault: row 0, y: is given twice",
                "`` | [[1,2,3]] | 1 fault: row 0: is a list, must be an object"
            })
    void rowsMayBeLists(String names, String rows, String result) {
        RowOrder order =
                names.isEmpty()
                        ? null
                        : RowOrder.ofNames(List.of(names.split(",")), model.features());
        RowReader reader = new RowReader(model.features(), 100, 1000);

        assertThat(result(batch -> reader.readArray(json(rows), batch, order))).isEqualTo(result);
    }

    @Test
    void listsMayHaveTheOrderOfTheModel() {
        RowOrder order = RowOrder.ofModel(model.features());
        RowReader reader = new RowReader(model.features(), 100, 1000);

        assertThat(result(batch -> reader.readArray(json("[[1,2,3]]"), batch, order)))
                .isEqualTo("1.0 2.0 3.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':[1,4],'width':[2,5],'b':[3,6]} | 1.0 2.0 3.0; 4.0 5.0 6.0",
                "{'b':[3],'x':['?'],'width':[2],'a':[1]} | 1.0 2.0 3.0",
                "{'a':[],'width':[],'b':[]} | ``",
                "{'a':1} | has a number as a column, must have a list",
                "{'x':{}} | has an object as a column, must have a list",
                "{'a':[1],'a':[1]} | has the column \"a\" twice",
                "{'x':[1],'x':[1]} | has the column \"x\" twice",
                "{'x':[1,,2]} | has ',', must have a value (line 1, column 9)",
                "{'a':[1,2],'width':[2]}" + " | has fewer values for \"width\" than for \"a\"",
                "{'a':[1],'width':[2,3]}" + " | has more values for \"width\" than for \"a\"",
                "{'a':[],'width':[1]}" + " | has more values for \"width\" than for \"a\"",
                "{'a':[1,{'y':[1]}],'width':[2.5,3],'b':[3,'6']} | 3 faults: row 1, a: is an"
                        + " object, must be a number; row 0, width: is a number with a fraction,"
                        + " must be a whole number; row 1, b: is a string, must be a number",
                "{'a':[1,2],'Width':[2,2],'b':[3,3]} | 2 faults: row 0, width: missing, but there"
                        + " is \"Width\"; row 1, width: missing, but there is \"Width\""
            })
    void rowsMayBeColumns(String body, String result) {
        assertThat(readColumns(100, 1000, body)).isEqualTo(result);
    }

    @Test
    void aColumnThatMayBeMissingIsMissingInEachRow() {
        Path file = OnnxGraph.linear(0, 1, 1).write(folder);
        List<String> names = List.of("a", "b");
        try (OnnxModel gaps = OnnxModel.load(new Settings.Model(file, names, true, 1));
                Batch batch = gaps.batch()) {
            JsonReader json = json("{'a':[1,2,3]}");
            json.next();

            new RowReader(gaps.features(), 100, 1000).readColumns(json, batch);

            assertThat(rows(batch)).isEqualTo("1.0 NaN; 2.0 NaN; 3.0 NaN");
        }
    }

    @Test
    void aRefusedLineLeavesTheOthersAlone() {
        List<String> lines =
                List.of(
                        ROW,
                        "{\"a\":true,\"width\":2,\"b\":3}",
                        ROW.replace('1', '4'),
                        "[" + ROW + "]",
                        ROW + ROW,
                        ROW.replace('1', '5'),
                        "{\"a\":1,\"width\":2,\"b\":3,",
                        ROW.replace('1', '6'));
        String whole = String.join("\n", lines);
        List<String> problems = new ArrayList<>();
        try (Batch batch = model.batch()) {
            byte[] bytes = bytes(whole);
            RowLines.Text text = new RowLines(model.features()).of(bytes, bytes.length, batch);
            int from = 0;
            for (int i = 0; i < lines.size(); i++) {
                int to = from + lines.get(i).length();
                problems.add(problem(text, from, to, 10 + i));
                from = to + 1;
            }
            assertThat(rows(batch)).isEqualTo("1.0 2.0 3.0; 4.0 2.0 3.0; 5.0 2.0 3.0; 6.0 2.0 3.0");
        }
        assertThat(problems)
                .containsExactly(
                        "",
                        "1 fault: row 11, a: is true, must be a number",
                        "",
                        "is a list",
                        "goes on after the end of the value (line 1, column 24)",
                        "",
                        "ends too early (line 1, column 24)",
                        "");
    }

    private static String problem(RowLines.Text text, int from, int to, int row) {
        try {
            Faults faults = text.read(from, to, row);
            return faults == null ? "" : faults.toString();
        } catch (JsonException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String read(int maxRows, int maxCells, String body) {
        byte[] json = bytes(body);
        RowReader reader = new RowReader(model.features(), maxRows, maxCells);
        return result(batch -> reader.read(json, json.length, batch));
    }

    private static String readColumns(int maxRows, int maxCells, String body) {
        RowReader reader = new RowReader(model.features(), maxRows, maxCells);
        return result(
                batch -> {
                    JsonReader json = json(body);
                    json.next();
                    reader.readColumns(json, batch);
                    json.end();
                });
    }

    /** Returns the rows that are read, or the problem. */
    private static String result(Consumer<Batch> read) {
        try (Batch batch = model.batch()) {
            return result(batch, read);
        }
    }

    private static String result(Batch batch, Consumer<Batch> read) {
        try {
            read.accept(batch);
            return rows(batch);
        } catch (JsonException
                | InvalidRowsException
                | TooManyRowsException
                | TooManyCellsException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String rows(Batch batch) {
        return IntStream.range(0, batch.size())
                .mapToObj(
                        row ->
                                batch.columns().stream()
                                        .map(column -> column.number(batch, row))
                                        .map(value -> Double.toString(value))
                                        .collect(joining(" ")))
                .collect(joining("; "));
    }

    private static JsonReader json(String text) {
        return new JsonReader(bytes(text));
    }

    /** Single quotes stand for double quotes. */
    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
