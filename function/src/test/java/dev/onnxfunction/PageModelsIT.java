package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Browser;
import dev.onnxfunction.testing.FunctionProcess;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.Keys;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The page of other models and with other settings, in a real browser. */
@ExtendWith(PageExtension.class)
@ResourceLock(PageExtension.BROWSER)
class PageModelsIT {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String RM = "#feature-5";

    private static final String INT = "it's-\"n\"";

    private static final String TEXT = "=<b>where</b> $HOME \\";

    private static final String NAME_IS_LEFT_OF_UNIT =
            """
            const edge = node => {
              const range = document.createRange();
              range.selectNodeContents(node);
              return range.getBoundingClientRect();
            };
            const label = document.querySelector('[for=feature-3]');
            return edge(label.firstChild).right <= edge(label.lastChild).left;
            """;

    /** Has no place for a line break. */
    private static final String LONG = "W".repeat(150);

    private final Browser browser;

    @TempDir private Path folder;

    PageModelsIT(Browser browser) {
        this.browser = browser;
    }

    @Test
    void aModelWithoutCardIsPredictedAndSaysWhatAnExplanationNeeds() throws Exception {
        Path model = OnnxGraph.linear(1, 2, 3).write(folder);
        try (FunctionProcess function = serve(model, Map.of("MODEL_FEATURES", "a,b"))) {
            browser.open(function.url("/"));
            browser.type(browser.await("#feature-0"), "10");
            browser.type(browser.await("#feature-1"), "100" + Keys.ENTER);

            browser.awaitText("#explanation", "No background.");
            assertThat(browser.number("#predict")).isEqualTo(321);
            assertThat(browser.await("#explanation").getText()).contains("run.py card MODEL.onnx");
            assertThat(browser.await("#example").isDisplayed()).isFalse();
            assertThat(browser.barriers()).isEmpty();
            assertThat(browser.all(".scale")).as("the place of the prediction").isEmpty();
            assertThat(browser.complaints())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains("status of 422"));
        }
    }

    @Test
    void everyTypeIsSentAsTypedAndTheCommandLineDoesTheSame() throws Exception {
        try (FunctionProcess function = serve(exotic(), Map.of())) {
            browser.open(function.url("/"));
            assertThat(browser.await("#feature-0").getDomProperty("value"))
                    .isEqualTo("9007199254740993");
            assertThat(browser.await("#feature-3").getDomProperty("value")).isEqualTo("-1");
            assertThat(browser.await("#curl").getText())
                    .contains(": 9007199254740993, ", "\"d\": -1}");
            assertThat(browser.await("#feature-2-hint").getText())
                    .isEqualTo("<img src=x onerror=alert(1)>\nmay be empty");
            assertThat(browser.all("datalist option")).hasSize(2);
            browser.press(Keys.TAB);
            browser.tabTo(INT);
            browser.press(Keys.ENTER);
            browser.await("#predict");
            assertThat(browser.number("#predict")).isEqualTo(1);
            assertThat(browser.await("#prediction").getText())
                    .contains("In 80 % of cases the true value is between 2 and 3.");
            assertThat(browser.isWithin(".interval", ".mark")).as("1 is beside it").isFalse();
            assertThat(browser.all(".bin")).isEmpty();
            assertThat(command(Map.of())).contains("\"predict\":1.0");

            browser.click("#what-if summary");
            browser.await(".curve");
            browser.tabTo("Feature");
            browser.press(Keys.HOME, Keys.ARROW_DOWN, Keys.ARROW_DOWN);
            browser.awaitText("#curve", "missing 1");
            assertThat(browser.await("#curve").getText())
                    .contains("near \"it\" 1", "far now 1", "empty 1");
            assertThat(browser.barriers()).isEmpty();
            browser.press(Keys.END);
            browser.awaitText("#curve", "d from −1 to 1 makes no difference to 1.");
            assertThat(browser.await("#curve").getText()).contains("Without d: 1.");

            browser.type(browser.await("#feature-0"), "-9007199254740993");
            browser.tabTo("flag");
            browser.press("t");
            browser.type(browser.await("#feature-2"), "'; echo $HOME \"ß\" `x` \\");
            browser.type(browser.await("#feature-3"), "" + Keys.ENTER);
            browser.awaitText("#predict", "−1.80144e+16");

            assertThat(browser.await("#curl").getText()).contains(": -9007199254740993, ");
            assertThat(command(Map.of())).contains("\"predict\":-1.8014398509481984E16");
            String command = browser.await("#curl").getText();
            browser.click("#copy");
            browser.awaitText("#copied", "Copied.");
            browser.type(browser.await("#feature-2"), Keys.chord(Keys.CONTROL, "v"));
            assertThat(browser.await("#feature-2").getDomProperty("value")).isEqualTo(command);
        }
    }

    /** What a spreadsheet would take for a formula is text, and a folder is not a defect. */
    @Test
    void aFileOfResultsHasNoFormulasFromTheModel() throws Exception {
        String names = "\"it's-\"\"n\"\"\",flag,=<b>where</b> $HOME \\,d";
        Path file =
                Files.writeString(
                        folder.resolve("rows.csv"), names + "\n9007199254740993,false,new,0.5\n");
        try (FunctionProcess function = serve(exotic(), Map.of())) {
            browser.open(function.url("/"));
            browser.awaitText("#rows", "choose one");
            browser.keepDownload();
            browser.await("#file").sendKeys(file.toString());
            browser.awaitText("#rows-status", "1 row predicted, 0 refused.");
            assertThat(browser.download())
                    .endsWith(
                            "\n9007199254740993,false,new,0.5,1.0,2.0,3.0,,'"
                                    + "=<b>where</b> $HOME \\,exotic@1,\n");

            browser.run("File.prototype.arrayBuffer = () => Promise.reject(new DOMException())");
            Path other = Files.copy(file, folder.resolve("other.csv"));
            browser.await("#file").sendKeys(other.toString());
            browser.awaitText("#rows-problem", "other.csv cannot be read.");
            assertThat(browser.await("#rows-problem").getText()).contains("not a folder");
        }
    }

    /**
     * {@code y = n − 2⁵³ + flag}, which is lost if n becomes a double; with an interval that does
     * not contain it.
     */
    private Path exotic() {
        String card =
                """
                {"name": "exotic", "version": "1", "target": {"name": "y"},
                 "interval": {"level": 0.8, "method": "?", "outputs": ["lower", "upper"]}, "features": [
                 {"name": "it's-\\"n\\"", "type": "int64"}, {"name": "flag", "type": "bool"},
                 {"name": "=<b>where</b> $HOME \\\\", "type": "string", "missing": "allowed",
                  "description": "<img src=x onerror=alert(1)>",
                  "histogram": {"counts": {"near \\"it\\"": 1, "far": 2, "": 1}}},
                 {"name": "d", "type": "double", "missing": "allowed", "min": -1, "max": 1}],
                 "example": {"it's-\\"n\\"": 9007199254740993.0, "flag": false,
                  "=<b>where</b> $HOME \\\\": "far", "d": -1.0}}
                """;
        return new OnnxGraph()
                .input(INT, Element.INT64, OnnxGraph.N, 1)
                .input("flag", Element.BOOL, OnnxGraph.N, 1)
                .input(TEXT, Element.STRING, OnnxGraph.N, 1)
                .input("d", Element.DOUBLE, OnnxGraph.N, 1)
                .longs("c", new long[] {1}, 1L << 53)
                .node("Cast", "flag", "f", Attribute.of("to", 7))
                .node("Add", INT + " f", "s")
                .node("Sub", "s c", "r")
                .node("Cast", "r", "y", Attribute.of("to", 11))
                .doubles("one", new long[] {1}, 1)
                .node("Add", "y one", "lower")
                .node("Add", "lower one", "upper")
                .output("y", Element.DOUBLE, OnnxGraph.N, 1)
                .output("lower", Element.DOUBLE, OnnxGraph.N, 1)
                .output("upper", Element.DOUBLE, OnnxGraph.N, 1)
                .card(card)
                .write(folder);
    }

    @Test
    void hundredsOfFeaturesAreFoundAndFolded() throws Exception {
        double[] weights = new double[300];
        List<String> features = new ArrayList<>();
        ObjectNode example = JSON.createObjectNode();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i;
            String name = i == 299 ? "f299 <img src=x onerror=alert(1)>" + LONG : "f" + i;
            features.add(
                    "{\"name\": \"%s\", \"type\": \"double\", \"min\": -1, \"max\": 1, \"mean\": 0}"
                            .formatted(name));
            example.put(name, 1);
        }
        String card =
                "{\"name\": \"many\", \"version\": \"1\", \"target\": {\"name\": \"y\", \"unit\":"
                        + " \"%s\"}, \"features\": %s, \"example\": %s}"
                                .formatted(LONG, features, example);
        Path model = OnnxGraph.linear(0, weights).card(card).write(folder);
        try (FunctionProcess function = serve(model, Map.of())) {
            browser.open(function.url("/"));
            browser.await("#feature-299");
            browser.tabTo("Find a feature");
            browser.press("f29", Keys.ENTER);
            assertThat(browser.await("#found").getText()).isEqualTo("11 of 300");
            browser.tabTo("f29");
            browser.press(Keys.ENTER);
            browser.awaitText(".rest", "285 others");
            assertThat(browser.number("#predict")).isEqualTo(299 * 300 / 2.0);
            assertThat(browser.barriers()).isEmpty();

            browser.click("#explanation button");
            assertThat(browser.all(".bars tbody tr:not([hidden])")).hasSize(301);
            browser.type(browser.await("#feature-29"), "x" + Keys.ENTER);
            browser.awaitText("[role=alert]", "f29: is a string");
            assertThat(browser.await("#feature-299").isDisplayed()).isTrue();

            browser.type(browser.await("#feature-29"), "1" + Keys.ENTER);
            browser.await("#predict");
            browser.click("#what-if summary");
            browser.await(".curve");
            assertThat(browser.all("#varied option")).hasSize(300);
            assertNoSidewaysScroll(375);
            assertNoSidewaysScroll(1280);
        }
    }

    /** A list of 50 long categories, names without a place to break and in both directions. */
    @Test
    void wildNamesAreShownReachedAndPredicted() throws Exception {
        String arabic = "\u0645\u0633\u0627\u062d\u0629_\u0627\u0644\u0634\u0642\u0629";
        String hebrew = "\u05de\u05d7\u05d9\u05e8";
        String wide = "\u6771\u4eac".repeat(100);
        List<String> categories = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String name = i == 0 ? arabic : "c" + i + LONG;
            categories.add("\"%s\": %d".formatted(name, 50 - i));
        }
        String card =
                """
                {"name": "wild", "version": "1", "target": {"name": "%s", "unit": "%s"}, "features": [
                 {"name": "%s", "type": "double", "unit": "%s"},
                 {"name": "%s", "type": "string", "histogram": {"counts": {%s}}},
                 {"name": "\u202eabc\u202c", "type": "bool"},
                 {"name": "%s", "type": "double", "unit": "1000 m"}],
                 "example": {"%s": 2.5, "%s": "%s", "\u202eabc\u202c": true, "%s": 1}}
                """
                        .formatted(
                                hebrew,
                                hebrew,
                                arabic,
                                LONG,
                                wide,
                                String.join(", ", categories),
                                hebrew,
                                arabic,
                                wide,
                                arabic,
                                hebrew);
        Path model =
                new OnnxGraph()
                        .input(arabic, Element.DOUBLE, OnnxGraph.N, 1)
                        .input(wide, Element.STRING, OnnxGraph.N, 1)
                        .input("\u202eabc\u202c", Element.BOOL, OnnxGraph.N, 1)
                        .input(hebrew, Element.DOUBLE, OnnxGraph.N, 1)
                        .node("Neg", arabic, "y")
                        .output("y", Element.DOUBLE, OnnxGraph.N, 1)
                        .card(card)
                        .write(folder);
        try (FunctionProcess function = serve(model, Map.of())) {
            browser.open(function.url("/"));
            browser.await("#feature-3");
            assertThat(browser.run(NAME_IS_LEFT_OF_UNIT)).isEqualTo(true);
            assertThat(browser.all("datalist option")).hasSize(50);
            browser.press(Keys.TAB);
            browser.tabTo(arabic + " " + LONG);
            browser.type(browser.focused(), "7" + Keys.ENTER);
            browser.awaitText("#predict", "−7");
            browser.click("#what-if summary");
            browser.tabTo("Feature");
            browser.press(Keys.ARROW_DOWN);
            browser.awaitText("#curve", arabic);
            assertThat(browser.barriers()).isEmpty();
            assertNoSidewaysScroll(375);
            assertNoSidewaysScroll(1280);
        }
    }

    private void assertNoSidewaysScroll(int width) {
        browser.view(width, 900, false);
        try {
            assertThat(
                            browser.run(
                                    "return document.documentElement.scrollWidth -"
                                            + " document.documentElement.clientWidth"))
                    .as("pixels beyond %s", width)
                    .isEqualTo(0L);
        } finally {
            browser.view(1280, 900, false);
        }
    }

    @Test
    void whereKeysAreSetTheBrowserAsksForOne() throws Exception {
        String key = "a-key-of-24-letters-0123";
        Path keys = Files.writeString(folder.resolve("keys"), key + "\n");
        Map<String, String> settings = Map.of("ACCESS_KEYS", keys.toString());
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, settings)) {
            browser.open(function.url("/").replace("//", "//anyone:" + key + "@"));
            browser.await(RM).sendKeys(Keys.ENTER);
            browser.await(".bars");
            assertThat(browser.number("#predict")).isEqualTo(29.80673285033054);
            browser.awaitText("#curl", "$KEY");
            assertThat(command(Map.of("KEY", key))).contains("\"predict\":29.8067");
            assertThat(command(Map.of("KEY", "another"))).contains("\"status\":401");
            assertThat(browser.complaints()).isEmpty();

            browser.open(function.url("/")); // The browser has the key now.
            browser.await(RM);
        }
    }

    @Test
    void aFunctionThatNoLongerRespondsIsReported() throws Exception {
        FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, Map.of());
        try (function) {
            browser.open(function.url("/"));
            browser.await(RM);
        }
        browser.await(RM).sendKeys(Keys.ENTER);
        browser.awaitText("[role=alert]", "No answer. The function cannot be reached.");
    }

    @Test
    void itCostsTheStartNothing() throws Exception {
        Path loaded = folder.resolve("loaded");
        String options = "-Xlog:class+load:file=" + loaded;
        try (FunctionProcess function =
                FunctionProcess.start(FunctionProcess.IMAGE, Map.of("JDK_JAVA_OPTIONS", options))) {
            function.post(Boston.example().toString());
            assertThat(Files.readString(loaded))
                    .contains("dev.onnxfunction.contract.Endpoint ")
                    .doesNotContain("dev.onnxfunction.contract.Page");

            browser.open(function.url("/"));
            browser.await(RM);
            assertThat(Files.readString(loaded)).contains("dev.onnxfunction.contract.Page ");
        }
    }

    private static FunctionProcess serve(Path model, Map<String, String> settings)
            throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("MODEL_LOCATION", model.toString());
        return FunctionProcess.start(FunctionProcess.IMAGE, all);
    }

    /** Runs the page's command line in a real shell, and returns its output. */
    private String command(Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", browser.await("#curl").getText());
        builder.environment().putAll(environment);
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
