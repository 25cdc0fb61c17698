package dev.onnxfunction.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Element;
import dev.onnxfunction.testing.Project;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The command {@code score}, run in this process. */
class ScoreTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonNode PARITY = Boston.parity();
    private static final List<String> FEATURES =
            List.copyOf(PARITY.get("rows").get(0).propertyNames());

    /** Enough rows for several chunks and threads. */
    private static final int ROWS = 8_000;

    private static final String CSV = csv();
    private static final String NDJSON = ndjson();

    @TempDir private Path folder;

    /**
     * Result of a run.
     *
     * @param code exit code
     * @param text output on the error stream
     */
    private record Run(int code, String text) {}

    private Run score(String... args) {
        StringWriter text = new StringWriter();
        CommandLine command = new ScoreCommand(folder, false).commandLine();
        int code = command.setErr(new PrintWriter(text)).execute(args);
        return new Run(code, text.toString());
    }

    private Run scoreBoston(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--model", Boston.FOLDER.resolve("model.onnx").toString()));
        return score(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "rows.csv, out.csv",
        "rows.csv, out.ndjson.gz",
        "rows.csv.gz, out.csv.gz",
        "rows.ndjson, out.ndjson",
        "rows.jsonl, out.csv",
    })
    void predictionsAreThoseOfScikitLearnInTheOrderOfTheRows(String input, String output)
            throws IOException {
        write(input, input.contains("csv") ? CSV : NDJSON);

        Run run = scoreBoston(input, "--output", output, "--keep", "id,RM", "--threads", "3");

        assertThat(run.code()).as(run.text()).isZero();
        assertThat(run.text())
                .startsWith("8,000 rows predicted, 0 refused, in ")
                .contains("rows/s");
        List<String> lines = read(output);
        boolean header = output.contains("csv");
        if (header) {
            assertThat(lines.removeFirst())
                    .isEqualTo("id,RM,predict,lower,upper,outOfRange,unknownCategory");
        }
        assertThat(lines).hasSize(ROWS);
        for (int i = 0; i < ROWS; i++) {
            List<String> cells = cells(lines.get(i));
            int row = i % PARITY.get("rows").size();
            assertThat(cells.get(0)).isEqualTo(Integer.toString(i));
            assertThat(Double.parseDouble(cells.get(1)))
                    .isEqualTo(PARITY.get("rows").get(row).get("RM").asDouble());
            double expected = PARITY.get("predictions").get(row).asDouble();
            assertThat(Double.parseDouble(cells.get(2)))
                    .isCloseTo(expected, offset(1e-9 * Math.abs(expected)));
        }
    }

    private static List<String> cells(String line) {
        if (!line.startsWith("{")) {
            return List.of(line.split(",", -1));
        }
        JsonNode row = JSON.readTree(line);
        return List.of(
                row.get("id").asString(), row.get("RM").toString(), row.get("predict").toString());
    }

    /** The example in function/README.md, except for the time it takes. */
    @Test
    void theReadmeShowsWhatHappens() throws IOException {
        List<String> lines = Files.readAllLines(Project.FUNCTION.resolve("README.md"));
        String command = "    $ java -jar target/function.jar score ../training-notebook-export/";
        int at = 0;
        while (!lines.get(at).startsWith(command)) {
            at++;
        }
        String args = Project.TRAINING + "/" + lines.get(at).substring(command.length());

        Run run = scoreBoston(args.split(" "));

        String time = "in [0-9.]+ s, [0-9,]+ rows/s";
        assertThat(run.text().strip().replaceAll(time, "TIME"))
                .isEqualTo(lines.get(at + 1).strip().replaceAll(time, "TIME"));
        assertThat(lines.get(at + 2).strip()).isEqualTo("$ head -3 predictions.csv");
        assertThat(read("predictions.csv").subList(0, 3))
                .isEqualTo(lines.subList(at + 3, at + 6).stream().map(String::strip).toList());
    }

    @Test
    void allColumnsAreKeptAsTheyStand() throws IOException {
        Path model = OnnxGraph.linear(0, 2).write(folder);
        write("rows.csv", "\"id\",x,note\r\n1,1.50,\"a, \"\"b\"\"\"\r\n2,2e0,\r\n");

        write("rows.ndjson", "\n {\"note\": {\"a\":[1]}, \"x\": 1.50 } \r\n\n{\"x\":2}");

        for (String args :
                List.of(
                        "rows.csv -o out.csv",
                        "rows.csv -o out.ndjson",
                        "rows.ndjson -o out2.ndjson",
                        "rows.ndjson -o out2.csv --keep note,x")) {
            Run run = score((args + " --model " + model).split(" "));
            assertThat(run.code()).as(run.text()).isZero();
        }

        assertThat(folder.resolve("out.csv"))
                .hasContent(
                        """
                        id,x,note,predict,outOfRange,unknownCategory
                        1,1.50,"a, ""b""\",3.0,,
                        2,2e0,,4.0,,
                        """);
        assertThat(folder.resolve("out.ndjson"))
                .hasContent(
                        """
                        {"id":"1","x":1.50,"note":"a, \\"b\\"","predict":3.0}
                        {"id":"2","x":2e0,"note":null,"predict":4.0}
                        """);
        assertThat(folder.resolve("out2.ndjson"))
                .hasContent(
                        """
                        {"note": {"a":[1]}, "x": 1.50,"predict":3.0}
                        {"x":2,"predict":4.0}
                        """);
        assertThat(folder.resolve("out2.csv"))
                .hasContent(
                        """
                        note,x,predict,outOfRange,unknownCategory
                        "{""a"":[1]}",1.50,3.0,,
                        ,2,4.0,,
                        """);
    }

    @Test
    void refusedRowsGoIntoAFileOfTheirOwn() throws IOException {
        List<String> lines = new ArrayList<>(CSV.lines().toList());
        lines.set(2, "1,oops," + lines.get(2).split(",", 3)[2]);
        lines.set(7_000, "6999,1,2");
        write("rows.csv", String.join("\n", lines));

        Run run = scoreBoston("rows.csv", "-o", "out.csv", "--refused", "refused.ndjson");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.text())
                .contains("line 3: CRIM: is a string, must be a number")
                .contains("line 7001: has 3 cells, must have 14 as the header has")
                .contains("7,998 rows predicted, 2 refused");
        assertThat(read("out.csv")).hasSize(1 + ROWS - 2).doesNotContain("oops");
        List<String> refused = read("refused.ndjson");
        assertThat(refused).hasSize(2);
        assertThat(refused.get(0))
                .isEqualTo(
                        "{\"line\":3,\"errors\":[{\"feature\":\"CRIM\",\"problem\":\"is a string,"
                                + " must be a number\"}],\"row\":\""
                                + lines.get(2)
                                + "\"}");
        assertThat(refused.get(1)).contains("\"line\":7001").contains("\"row\":\"6999,1,2\"");
    }

    @Test
    void withoutAFileForThemThereIsNoOutput() throws IOException {
        write("rows.csv", CSV + "x\n");

        Run run = scoreBoston("rows.csv", "-o", "out.csv");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.text())
                .contains("1 of the first 8001 rows cannot be predicted, so there is no output")
                .contains("line 8002: has 1 cell")
                .contains("--refused");
        assertThat(names()).containsExactly("rows.csv");
    }

    @Test
    void rowsThatTheModelFailsForAreRefused() throws IOException {
        Path model =
                new OnnxGraph()
                        .input("x", Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Log", "x", "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1)
                        .write(folder);
        write("rows.ndjson", "{\"x\":1}\n{\"x\":-1}\n\n{\"x\":\"1\"}\n{\"x\":1\n{\"x\":1}");

        Run run =
                score(
                        "rows.ndjson",
                        "-o",
                        "out.ndjson",
                        "--refused",
                        "refused.ndjson",
                        "--model",
                        model.toString());

        assertThat(run.code()).as(run.text()).isEqualTo(3);
        assertThat(folder.resolve("out.ndjson"))
                .hasContent("{\"x\":1,\"predict\":0.0}\n{\"x\":1,\"predict\":0.0}\n");
        assertThat(folder.resolve("refused.ndjson"))
                .hasContent(
                        """
                        {"line":2,"errors":[{"problem":"the model predicts NaN"}],"row":"{\\"x\\":-1}"}
                        {"line":4,"errors":[{"feature":"x","problem":"is a string, must be a number"}],"row":"{\\"x\\":\\"1\\"}"}
                        {"line":5,"errors":[{"problem":"the line ends too early (column 7)"}],"row":"{\\"x\\":1"}
                        """);
    }

    @Test
    void aFileIsOverwrittenOnlyIfThatIsWanted() throws IOException {
        write("rows.csv", CSV);
        write("out.csv", "mine");

        Run refused = scoreBoston("rows.csv", "-o", "out.csv");

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.text()).contains("out.csv exists").contains("--force");
        assertThat(folder.resolve("out.csv")).hasContent("mine");
        assertThat(scoreBoston("rows.csv", "-o", "out.csv", "--force").code()).isZero();
        assertThat(read("out.csv")).hasSize(1 + ROWS);
        assertThat(names()).containsExactlyInAnyOrder("rows.csv", "out.csv");
    }

    /**
     * The run was killed after it renamed the file of refused rows and before it renamed the
     * predictions.
     */
    @Test
    void aRunThatWasKilledIsRunAgain() throws IOException {
        write("rows.csv", CSV);
        write("out.csv.part", "id,CRIM\n0,");
        write("refused.ndjson", "{\"line\":1");

        Run run = scoreBoston("rows.csv", "-o", "out.csv", "--refused", "refused.ndjson");

        assertThat(run.code()).as(run.text()).isZero();
        assertThat(read("out.csv")).hasSize(1 + ROWS);
        assertThat(folder.resolve("refused.ndjson")).isEmptyFile();
        assertThat(names()).doesNotContain("out.csv.part");
    }

    @Test
    void aLinkIsNotFollowedToAnotherFile() throws IOException {
        write("rows.csv", CSV);
        write("other.csv", "kept");
        Files.createSymbolicLink(folder.resolve("out.csv.part"), Path.of("other.csv"));

        Run run = scoreBoston("rows.csv", "--output", "out.csv");

        assertThat(run.code()).as(run.text()).isEqualTo(1);
        assertThat(read("other.csv")).containsExactly("kept");
    }

    @Test
    void aSingleRowIsCountedInTheSingular() throws IOException {
        write("rows.csv", CSV.lines().limit(2).collect(Collectors.joining("\n")));

        assertThat(scoreBoston("rows.csv", "--output", "out.csv").text())
                .startsWith("1 row predicted, 0 refused, in ");
    }

    /** Opening a pipe waits until somebody reads it. */
    @Test
    @Timeout(300)
    void aRunThatWaitsForTheReaderOfAPipeCanBeEnded() throws IOException, InterruptedException {
        write("rows.csv", CSV.lines().limit(3).collect(Collectors.joining("\n")));
        Path pipe = folder.resolve("out.csv");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        ScoreCommand command = new ScoreCommand(folder, false);
        String model = Boston.FOLDER.resolve("model.onnx").toString();
        Thread run =
                new Thread(() -> command.run("rows.csv", "--output", "out.csv", "--model", model));
        run.start();
        while (Arrays.stream(run.getStackTrace())
                .noneMatch(frame -> frame.getMethodName().equals("newOutputStream"))) {
            assertThat(run.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        CountDownLatch ended = new CountDownLatch(1);
        Thread signal = new Thread(() -> command.end(ended::countDown));
        signal.start();
        boolean endedInTime = ended.await(60, TimeUnit.SECONDS);
        try (InputStream _ = Files.newInputStream(pipe)) {
            run.join();
        }

        assertThat(endedInTime).isTrue();
    }

    @Test
    void twoRunsDoNotWriteTheSameFile() throws IOException {
        write("rows.csv", CSV);
        try (FileChannel other =
                FileChannel.open(
                        folder.resolve("out.csv.part"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            other.lock();
            Run run = scoreBoston("rows.csv", "-o", "out.csv");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.text()).contains("Another run writes").contains("out.csv");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    none.csv                          | 2 | none.csv does not exist. Name a file with rows
                    .                                 | 2 | does not imply a format
                    rows.csv -o rows.csv              | 2 | The same file is given twice
                    rows.csv -o no/out.csv            | 2 | no does not exist. Create it first.
                    rows.parquet                      | 2 | Parquet is not read or written: rows.parquet. Convert it
                    rows.csv --frobnicate             | 2 | Unknown option: '--frobnicate'. Run score --help
                    rows.csv --threads 0              | 2 | --threads is 0, must be from 1 to 1024
                    rows.ndjson -o out.csv            | 2 | Name the members that become columns: --keep
                    rows.csv -o out.csv --keep=a      | 1 | The input has no column "a" to keep. It has: id, CRIM
                    rows.csv -o out.csv --keep=lower  | 1 | The input has a column "lower", as the output has
                    rows.csv -o out.csv --keep=id,id  | 2 | --keep names "id" twice. Name each column once.
                    typo.csv -o out.csv               | 1 | The header lacks features of the model: RM: missing, but there is "rm"
                    latin1.csv -o out.csv             | 1 | The input is not UTF-8 (line 3). Convert it
                    taken.ndjson -o out.ndjson        | 1 | A row has a member "predict", as the output has
                    quote.csv -o out.csv              | 1 | has a quoted cell that does not end (line 2)
                    rows.csv.gz -o out.csv            | 1 | The input does not begin as gzip does
                    cut.csv.gz -o out.csv             | 1 | The input ends too early for gzip
                    more.csv.gz -o out.csv            | 1 | The input goes on after the end of its gzip
                    """)
    void whatCannotBeIsSaidWithARemedy(String args, int code, String message) throws IOException {
        String header = CSV.lines().findFirst().orElseThrow();
        String row = CSV.lines().skip(1).findFirst().orElseThrow();
        write("rows.csv", header + "\n" + row);
        write("typo.csv", header.replace(",RM,", ",rm,") + "\n" + row);
        write("quote.csv", header + "\n\"" + row);
        write(
                "taken.ndjson",
                NDJSON.lines().findFirst().orElseThrow().replace("\"id\"", "\"predict\""));
        write("rows.ndjson", "{}");
        Files.writeString(folder.resolve("rows.csv.gz"), header);
        Files.writeString(folder.resolve("rows.parquet"), "PAR1");
        write("whole.csv.gz", header + "\n" + (row + "\n").repeat(1000));
        byte[] whole = Files.readAllBytes(folder.resolve("whole.csv.gz"));
        Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(whole, whole.length / 2));
        Files.write(folder.resolve("more.csv.gz"), Arrays.copyOf(whole, whole.length + 1));
        Files.writeString(
                folder.resolve("latin1.csv"),
                header + "\n" + row + "\n\"\u00e9" + row,
                StandardCharsets.ISO_8859_1);

        Run run = scoreBoston(args.split(" "));

        assertThat(run.text()).contains(message);
        assertThat(run.code()).isEqualTo(code);
        assertThat(names())
                .doesNotContain("out.csv", "out.csv.part", "out.ndjson", "out.ndjson.part");
    }

    private static String csv() {
        StringBuilder csv = new StringBuilder("id," + String.join(",", FEATURES) + "\n");
        for (int i = 0; i < ROWS; i++) {
            JsonNode row = PARITY.get("rows").get(i % PARITY.get("rows").size());
            csv.append(i).append(',');
            csv.append(
                    FEATURES.stream()
                            .map(name -> row.get(name).toString())
                            .collect(Collectors.joining(",")));
            csv.append('\n');
        }
        return csv.toString();
    }

    private static String ndjson() {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            JsonNode row = PARITY.get("rows").get(i % PARITY.get("rows").size());
            json.append("{\"id\":")
                    .append(i)
                    .append(',')
                    .append(row.toString().substring(1))
                    .append('\n');
        }
        return json.toString();
    }

    private void write(String name, String text) throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(file) : file) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private List<String> read(String name) throws IOException {
        try (InputStream file = Files.newInputStream(folder.resolve(name));
                InputStream in = name.endsWith(".gz") ? new GZIPInputStream(file) : file) {
            return new ArrayList<>(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
