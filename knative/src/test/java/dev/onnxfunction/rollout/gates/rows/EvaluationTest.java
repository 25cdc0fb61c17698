package dev.onnxfunction.rollout.gates.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class EvaluationTest {

    private static final List<Feature> FEATURES =
            List.of(
                    new Feature("d", "double", true),
                    new Feature("f", "float", false),
                    new Feature("i", "int32", false),
                    new Feature("b", "bool", false),
                    new Feature("s", "string", false));

    @TempDir private Path folder;

    private Evaluation read(String text) throws IOException {
        return EvaluationFile.read(Files.writeString(folder.resolve("rows.csv"), text));
    }

    @Test
    void cellsBecomeWhatTheModelTakes() throws IOException {
        Evaluation rows =
                read("\ufeffs,d,other,f,i,b\r\na ,,x, 1.50 ,3.0,True\r\n,1e3,x,-.5,+7,0\r\n\r\n");

        assertThat(ModelRows.of(rows, FEATURES))
                .hasToString(
                        "[{\"f\":1.50,\"i\":3.0,\"b\":true,\"s\":\"a \"},"
                                + " {\"d\":1E+3,\"f\":-0.5,\"i\":7,\"b\":false,\"s\":\"\"}]");
    }

    @Test
    void aFeatureThatMayBeMissingNeedsAColumnToo() throws IOException {
        Evaluation rows = read("f,i,b,s,y\n1,1,1,a,2\n");

        assertThatThrownBy(() -> ModelRows.of(rows, FEATURES))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("no column 'd'")
                .hasMessageContaining("with empty cells where it is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''            | has no rows. Give a CSV file with a header and rows.",
                "f,y           | has no rows. Give a CSV file with a header and rows.",
                "f,f;1,2       | names a column twice: [f, f]",
                "f,y;1,2;3     | , row 2: it has 1 cells, but the header has 2.",
                "f,y;1,2;3,4,5 | , row 2: it has 3 cells, but the header has 2."
            })
    void aFileThatIsNoTableIsRefused(String lines, String problem) {
        assertThatThrownBy(() -> read(lines.replace(';', '\n')))
                .isInstanceOf(EvaluationException.class)
                .hasMessageStartingWith(folder.resolve("rows.csv").toString())
                .hasMessageContaining(problem);
    }

    @Test
    void aFileThatCannotBeSplitIntoCellsIsRefused() throws IOException {
        assertThatThrownBy(() -> read("f,y\n1,2\n3,\"4\n5,6\n"))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("rows.csv, row 2: it is not CSV: Missing closing quote");

        Path latin = folder.resolve("latin.csv");
        Files.writeString(latin, "f,y\n\u00e4,2\n", StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> EvaluationFile.read(latin))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("latin.csv is not in UTF-8: Invalid UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x,1,1,1,a    | column 'd': 'x' is not a number",
                "NaN,1,1,1,a  | column 'd': 'NaN' is not a number",
                "1,1e39,1,1,a | column 'f': '1e39' is beyond the range of float",
                "1,,1,1,a     | column 'f': '' is empty, which the model does not take",
                "1,1,0.5,1,a  | column 'i': '0.5' has a fraction",
                "1,1,3e9,1,a  | column 'i': '3e9' is beyond the range of int32",
                "1,1,1,no,a   | column 'b': 'no' is neither true nor false"
            })
    void aCellThatIsNotOfItsColumnsTypeIsNamed(String line, String problem) throws IOException {
        Evaluation rows = read("d,f,i,b,s\n1,1,1,1,a\n" + line + "\n");

        assertThatThrownBy(() -> ModelRows.of(rows, FEATURES))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("rows.csv, row 2, " + problem);
    }

    @Test
    void theTargetIsANumberInEachRow() throws IOException {
        Evaluation rows = read("x,y\n1,2\n1,\n");

        assertThatThrownBy(() -> rows.truth("y"))
                .hasMessageContaining("rows.csv, row 2, column 'y': '' is not a number.");
        assertThatThrownBy(() -> rows.truth("z"))
                .hasMessageContaining("rows.csv has no column 'z', but x, y.")
                .hasMessageContaining("--target");
    }

    @Test
    void whatNeedsNoModelIsCheckedFirst() throws IOException {
        Evaluation rows = read("x,y\n1,2\n");

        assertThatThrownBy(() -> rows.check(2, null, List.of()))
                .hasMessageContaining("rows.csv has 1 rows, but at least 2 are needed.");
        assertThatThrownBy(() -> rows.check(1, "z", List.of())).hasMessageContaining("'z'");
        assertThatThrownBy(() -> rows.check(1, "y", List.of("town")))
                .hasMessageContaining("no column 'town'");
    }
}
