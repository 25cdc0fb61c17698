package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Browser;
import dev.onnxfunction.testing.FunctionProcess;
import dev.onnxfunction.testing.OnnxGraph;
import dev.onnxfunction.testing.OnnxGraph.Attribute;
import dev.onnxfunction.testing.OnnxGraph.Element;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page in a real browser, served by the function in its own process. */
class PageIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String RM = "#feature-5";

    private static final String INT = "it's-\"n\"";
    private static final String TEXT = "=<b>where</b> $HOME \\";

    /**
     * A script that returns the generated file with its byte order mark, and with ␍ for the
     * carriage returns that Selenium drops.
     */
    private static final String WITH_MARK =
            """
            return made.arrayBuffer().then(bytes =>
              new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes).replaceAll('\\r', '␍'));
            """;

    /** A script that keeps what is offered as a download. */
    private static final String KEEP_DOWNLOAD =
            """
            const make = URL.createObjectURL;
            URL.createObjectURL = blob => { window.made = blob; return make.call(URL, blob); };
            """;

    /** A script that returns the first cells of the first rows of a file. */
    private static final String SHOWN_ROWS =
            """
            return [...document.querySelectorAll('.rows tbody tr')].slice(0, 6).map(row =>
              [...row.cells].slice(0, 6).map(cell => cell.textContent).join('|')).join('\\n');
            """;

    private static FunctionProcess boston;
    private static Browser browser;

    @TempDir private Path folder;

    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start();
        boston = FunctionProcess.start(FunctionProcess.IMAGE, Map.of());
    }

    @AfterAll
    static void stop() {
        browser.close();
        boston.close();
    }

    /** Holds after every test. */
    @AfterEach
    void nothingIsAskedOfAnotherHost() {
        assertThat(browser.hosts()).containsExactly("127.0.0.1");
    }

    @Test
    void itShowsTheModel() {
        open(boston);

        assertThat(browser.await("h1").getText()).isEqualTo("boston-house-prices 3-59f7ce87");
        assertThat(browser.await("header").getText())
                .contains("Predicts MEDV in 1000 USD.")
                .contains("column B encodes race")
                .contains("R²\n0.7117")
                .contains("RMSE\n5.562 × 1000 USD")
                .contains("Measured on\n97 held-out rows")
                .contains("Interval\n90 %");
        browser.click("#origin summary");
        assertThat(browser.await("#origin").getText())
                .contains("Cross-validated\nR² 0.7209, RMSE 4.689 × 1000 USD; 409 training rows")
                .contains("Training data, SHA-256\n59f7ce87")
                .contains("scikit-learn");
        assertThat(browser.await("title").getDomProperty("text")).isEqualTo("boston-house-prices");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void byKeyboardAloneTheExampleIsPredictedAsByHttp() throws Exception {
        open(boston);
        JsonNode prediction = post(boston, "/predict", Boston.example().toString());
        JsonNode explanation = post(boston, "/explain", Boston.example().toString());

        browser.tabTo("RM rooms");
        browser.press(Keys.ENTER);
        browser.await(".bars");

        assertThat(number("#predict")).isEqualTo(prediction.get("predict").asDouble());
        assertThat(browser.await("#predict").getText()).isEqualTo("29.8067");
        assertThat(number("#lower")).isEqualTo(prediction.at("/interval/0").asDouble());
        assertThat(number("#upper")).isEqualTo(prediction.at("/interval/1").asDouble());
        assertThat(browser.await("#prediction").getText())
                .contains("In 90 % of cases the true value is between 22.9729 and 36.6406");
        assertThat(browser.all(".bin")).hasSize(10);
        assertThat(within(".interval", ".mark")).isTrue();
        assertThat(browser.await("#rank").getText()).startsWith("Higher than in about 82 % of");
        assertThat(browser.all("[data-feature]")).hasSize(13);
        List<Double> sizes = new ArrayList<>();
        for (WebElement cell : browser.all("[data-feature]")) {
            double shown = Double.parseDouble(attribute(cell, "data-value"));
            assertThat(shown)
                    .isEqualTo(
                            explanation
                                    .get("contributions")
                                    .get(attribute(cell, "data-feature"))
                                    .asDouble());
            sizes.add(-Math.abs(shown));
        }
        assertThat(sizes).isSorted();
        assertThat(browser.await(".bars").getText())
                .contains("Base 22.733", "LSTAT 4.98 +3.777", "RAD 1 −2.801")
                .contains("Prediction 29.807");
        assertThat(browser.run("return document.querySelector('.up').offsetWidth"))
                .isEqualTo(browser.run("return document.querySelector('.drawn').offsetWidth / 2"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aValueOutsideTheTrainingRangeIsWarnedOfAtItsFieldAndAtThePrediction() {
        open(boston);
        WebElement rooms = browser.await(RM);

        browser.type(rooms, "10");
        assertThat(describes(rooms)).contains("Outside the training range. Mean number of rooms");
        rooms.sendKeys(Keys.ENTER);
        browser.awaitText("#prediction", "RM is outside the training range, 3.561 to 8.78.");

        browser.type(rooms, "6");
        assertThat(describes(rooms)).doesNotContain("Outside");
    }

    @Test
    void thePredictionFollowsWhatIsTypedWhileItIsComplete() throws Exception {
        open(boston);
        WebElement rooms = browser.await(RM);
        ObjectNode row = example();

        browser.type(rooms, "7.1");
        awaitPrediction(row.put("RM", 7.1));
        browser.awaitText(".bars", "RM 7.1");

        browser.type(rooms, "");
        browser.awaitText("#stale", "Some values are still missing.");
        assertThat(browser.barriers()).isEmpty();
        browser.type(rooms, "-");
        assertThat(browser.await("#stale").isDisplayed()).isTrue();
        rooms.sendKeys("1");
        awaitPrediction(row.put("RM", -1));
        browser.awaitText("#prediction", "RM is outside the training range");
        assertThat(browser.await("#stale").isDisplayed()).isFalse();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theSliderMovesByKeyboardAndTheLastPlaceWins() throws Exception {
        open(boston);
        browser.tabTo("RM from 3.561 to 8.78");
        browser.press(Keys.END);
        assertThat(browser.await(RM).getDomProperty("value")).isEqualTo("8.78");
        awaitPrediction(example().put("RM", 8.78));

        browser.run(
                """
                const real = fetch;
                window.sent = 0;
                let open = 0;
                window.most = 0;
                window.fetch = async (url, request) => {
                  if (!url.endsWith('/predict')) {
                    return real(url, request);
                  }
                  sent++;
                  most = Math.max(most, ++open);
                  try {
                    return await real(url, request);
                  } finally {
                    open--;
                  }
                };
                const slider = document.activeElement;
                const begun = performance.now();
                const move = moves => {
                  slider.value = 4 + moves / 50;
                  slider.dispatchEvent(new Event('input', {bubbles: true}));
                  if (moves > 0) {
                    setTimeout(move, 5, moves - 1);
                  } else {
                    window.took = performance.now() - begun;
                  }
                };
                move(100);
                """);
        awaitPrediction(example().put("RM", 4));
        browser.awaitText("#said", browser.await("#predict").getText()); // Once it rests.
        assertThat(browser.run("return most")).isEqualTo(1L);
        assertThat((Long) browser.run("return sent")).isPositive();
        assertThat((Long) browser.run("return sent - Math.ceil(took / 80)"))
                .as("those beyond one in 80 ms")
                .isLessThanOrEqualTo(2);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void faultsAreShownAtTheirFieldsAndTheFirstHasTheFocus() {
        open(boston);
        WebElement crime = browser.await("#feature-0");
        WebElement rooms = browser.await(RM);
        browser.type(crime, "");
        browser.type(rooms, "six");
        rooms.sendKeys(Keys.ENTER);

        browser.awaitText("[role=alert]", "Invalid features. 2 faults");
        assertThat(browser.focused()).isEqualTo(crime);
        assertThat(attribute(crime, "aria-invalid")).isEqualTo("true");
        assertThat(describes(crime)).startsWith("Missing.");
        assertThat(attribute(rooms, "aria-invalid")).isEqualTo("true");
        assertThat(describes(rooms)).startsWith("Is a string, must be a number.");
        assertThat(browser.await("#feature-1").getDomAttribute("aria-invalid")).isNull();
        assertThat(browser.await("#prediction").getText()).isEqualTo("Nothing was predicted.");

        browser.await("[role=alert] a[href='" + RM + "']").click();
        assertThat(browser.focused()).isEqualTo(rooms);
        browser.type(rooms, ".65e1");
        browser.type(crime, "+0.00632");
        crime.sendKeys(Keys.ENTER);
        browser.await("#predict");
        assertThat(browser.await("[role=alert]").getText()).isEmpty();
        assertThat(crime.getDomAttribute("aria-invalid")).isNull();
        assertThat(browser.complaints()).singleElement().asString().contains("status of 400");
    }

    @Test
    void aCommaIsNotTakenForAPointAndSaidSo() {
        open(boston);
        WebElement rooms = browser.await(RM);

        browser.type(rooms, "6,575" + Keys.ENTER);
        browser.awaitText("[role=alert]", "Invalid features.");
        assertThat(describes(rooms))
                .startsWith("Is a string, must be a number. Write decimals with a point");
        assertThat(browser.complaints()).singleElement().asString().contains("status of 400");
    }

    @ParameterizedTest
    @CsvSource({"1280, 900, false", "1280, 900, true", "320, 640, false", "320, 640, true"})
    void nobodyIsKeptOutNorMustScrollSideways(int width, int height, boolean dark) {
        browser.view(width, height, dark);
        try {
            open(boston);
            WebElement rooms = browser.await(RM);
            assertOpenToAll();

            browser.type(rooms, "10" + Keys.ENTER);
            browser.await(".bars");
            browser.click("#origin summary");
            assertOpenToAll();

            browser.type(rooms, "100" + Keys.ENTER);
            browser.awaitText("#prediction", "between 373.682 and 387.35");
            assertThat(within(".interval", ".mark")).as("380.516 is within it").isTrue();
            assertThat(browser.await("#rank").getText())
                    .startsWith("Higher than in all training rows");
            assertOpenToAll();

            browser.type(rooms, "six" + Keys.ENTER);
            browser.awaitText("[role=alert]", "Invalid features.");
            assertOpenToAll();
        } finally {
            browser.view(1280, 900, false);
        }
    }

    @Test
    void whatIfOneValueWereAnotherIsDrawnAlongItsRange() throws Exception {
        open(boston);
        browser.tabTo("What if one value were another");
        browser.press(Keys.ENTER);
        browser.await(".curve"); // The code of the what-if chart is loaded.
        browser.tabTo("Feature");
        browser.press("RM");
        double least = predict(example().put("RM", 3.561));
        double greatest = predict(example().put("RM", 8.78));

        browser.awaitText(
                "#curve",
                "RM from 3.561 to 8.78: predicted from %.4f to %.4f".formatted(least, greatest));
        assertThat(browser.all(".curve .interval")).hasSize(1);
        assertThat(browser.run("return document.querySelector('.curve polyline').points.length"))
                .isEqualTo(42L); // 40 steps, and the form's value.

        browser.type(browser.await("#feature-12"), "40"); // The chart follows the changed value.
        browser.awaitText("#curve", "LSTAT from 1.92 to 40: predicted from ");
        assertThat(browser.await("#varied").getDomProperty("value")).isEqualTo("LSTAT");
        browser.type(browser.await("#feature-0"), "");
        browser.press(Keys.TAB);
        browser.tabTo("Feature");
        browser.press("RM");
        browser.awaitText("#curve", "Fill in the other values first.");
        assertThat(browser.barriers()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    /**
     * The file has a byte order mark, as spreadsheets write it, unusual cells, and rows that are
     * refused for several reasons.
     */
    @Test
    void aFileComesBackWithItsPredictions() throws Exception {
        Map<String, String> texts = new LinkedHashMap<>();
        Boston.example().properties().forEach(e -> texts.put(e.getKey(), e.getValue().asString()));
        String names = String.join(";", texts.keySet());
        String row = String.join(";", texts.values());
        Path file =
                Files.writeString(
                        folder.resolve("houses.csv"),
                        "\ufeffpredict;%s;note\r\n".formatted(names)
                                + "1;%s;\"two\r\nlines, \"\"quoted\"\"\"\r\n".formatted(row)
                                + "2;%s\r\n".formatted(row)
                                + "3;%s;out\r\n".formatted(row.replace(";6.575;", ";10;"))
                                + "4;%s;\r\n".formatted(row.replace(";6.575;", ";6,575;"))
                                + "5;%s;%n".formatted(row.replaceFirst("^[^;]*;", ";"))
                                + "6;%s;\r\n".formatted(row).repeat(300)
                                + "7;%s;last".formatted(row));
        open(boston);
        browser.awaitText("#rows", "choose one");
        browser.run(KEEP_DOWNLOAD);

        browser.await("#file").sendKeys(file.toString());
        browser.awaitText("#rows-status", "303 rows predicted, 3 refused.");

        assertThat(String.valueOf(browser.run(SHOWN_ROWS)))
                .contains("2|29.8067|22.9729 to 36.6406||1|")
                .contains("4|Refused||has 14 cells, must have 15 as the header has|2|")
                .contains("|RM outside the training range|3|")
                .contains("6|Refused||RM is a string, must be a number|4|")
                .contains("7|Refused||CRIM missing");
        assertThat(browser.await(".rows caption").getText())
                .isEqualTo("The first 200 of 306 rows; the download has all.");
        assertThat(browser.barriers()).isEmpty();

        assertThat(browser.await("#rows a").getDomAttribute("download"))
                .isEqualTo("houses-predicted.csv");
        String predicted = ";29.80673285033054;22.972853942328122;36.64061175833296;;;";
        String model = "boston-house-prices@3-59f7ce87;␍\n";
        double ten = predict(example().put("RM", 10));
        assertThat(String.valueOf(browser.run(WITH_MARK)))
                .startsWith(
                        "\ufeffpredict;%s;note;predict_2;lower;upper;outOfRange;".formatted(names)
                                + "unknownCategory;model;problem␍\n"
                                + "1;%s;\"two␍\nlines, \"\"quoted\"\"\"".formatted(row)
                                + predicted
                                + model
                                + "2;%s;;;;;;;;has 14 cells, must have 15".formatted(row))
                .contains("3;%s;out;%s;".formatted(row.replace(";6.575;", ";10;"), ten))
                .contains(";RM;;" + model, ";;;;;;;RM is a string, must be a number␍\n")
                .endsWith("7;%s;last%s%s".formatted(row, predicted, model));
        browser.await(".only input").sendKeys(Keys.SPACE);
        assertThat(browser.all(".rows tbody tr.refused")).hasSize(3);
        assertThat(browser.all(".rows tbody tr")).hasSize(3);
        assertThat(browser.complaints()).singleElement().asString().contains("status of 400");
    }

    /** The first screen, on a laptop and on a phone. */
    @ParameterizedTest
    @CsvSource({"1280, 800, #predict", "390, 844, #brief strong"})
    void theFormAndThePredictionAreSeenTogether(int width, int height, String prediction) {
        browser.view(width, height, false);
        try {
            open(boston);
            browser.tabTo("CRIM from 0.00632 to 88.9762");
            browser.press(Keys.ARROW_RIGHT);
            browser.awaitText(prediction, "29.");

            for (String selector : List.of("#feature-0", prediction)) {
                assertThat(isSeen(selector)).as(selector).isTrue();
            }
            assertThat(browser.await("#form-title").getSize().height)
                    .as("the heading beside the buttons takes one line")
                    .isEqualTo(browser.await("#rows-title").getSize().height);
        } finally {
            browser.view(1280, 900, false);
        }
    }

    private static void assertOpenToAll() {
        assertThat(browser.barriers()).isEmpty();
        assertThat(
                        browser.run(
                                "return document.documentElement.scrollWidth -"
                                        + " document.documentElement.clientWidth"))
                .isEqualTo(0L);
    }

    @Test
    void aModelWithoutCardIsPredictedAndSaysWhatAnExplanationNeeds() throws Exception {
        Path model = OnnxGraph.linear(1, 2, 3).write(folder);
        try (FunctionProcess function = serve(model, Map.of("MODEL_FEATURES", "a,b"))) {
            open(function);
            browser.type(browser.await("#feature-0"), "10");
            browser.type(browser.await("#feature-1"), "100" + Keys.ENTER);

            browser.awaitText("#explanation", "No background.");
            assertThat(number("#predict")).isEqualTo(321);
            assertThat(browser.await("#explanation").getText()).contains("run.py card MODEL.onnx");
            assertThat(browser.await("#example").isDisplayed()).isFalse();
            assertThat(browser.barriers()).isEmpty();
            assertThat(browser.all(".scale")).as("the place of the prediction").isEmpty();
            assertThat(browser.complaints())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains("status of 422"));
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
                 "example": {"it's-\\"n\\"": 9007199254740993, "flag": false,
                  "=<b>where</b> $HOME \\\\": "far", "d": 0.5}}
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
    void everyTypeIsSentAsTypedAndTheCommandLineDoesTheSame() throws Exception {
        try (FunctionProcess function = serve(exotic(), Map.of())) {
            open(function);
            assertThat(browser.await("#feature-0").getDomProperty("value"))
                    .isEqualTo("9007199254740993");
            assertThat(browser.await("#feature-2-hint").getText())
                    .isEqualTo("<img src=x onerror=alert(1)>\nmay be empty");
            assertThat(browser.all("datalist option")).hasSize(2);
            browser.press(Keys.TAB);
            browser.tabTo(INT);
            browser.press(Keys.ENTER);
            browser.await("#predict");
            assertThat(number("#predict")).isEqualTo(1);
            assertThat(browser.await("#prediction").getText())
                    .contains("In 80 % of cases the true value is between 2 and 3.");
            assertThat(within(".interval", ".mark")).as("1 is beside it").isFalse();
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
            open(function);
            browser.awaitText("#rows", "choose one");
            browser.run(KEEP_DOWNLOAD);
            browser.await("#file").sendKeys(file.toString());
            browser.awaitText("#rows-status", "1 row predicted, 0 refused.");
            assertThat(String.valueOf(browser.run(WITH_MARK)))
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

    @Test
    void whereKeysAreSetTheBrowserAsksForOne() throws Exception {
        String key = "a-key-of-24-letters-0123";
        Path keys = Files.writeString(folder.resolve("keys"), key + "\n");
        Map<String, String> settings = Map.of("ACCESS_KEYS", keys.toString());
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, settings)) {
            browser.open("http://anyone:" + key + "@127.0.0.1:" + function.port() + "/");
            browser.await(RM).sendKeys(Keys.ENTER);
            browser.await(".bars");
            assertThat(number("#predict")).isEqualTo(29.80673285033054);
            browser.awaitText("#curl", "$KEY");
            assertThat(command(Map.of("KEY", key))).contains("\"predict\":29.8067");
            assertThat(command(Map.of("KEY", "another"))).contains("\"status\":401");
            assertThat(browser.complaints()).isEmpty();

            open(function); // The browser has the key now.
            browser.await(RM);
        }
    }

    @Test
    void hundredsOfFeaturesAreFoundAndFolded() throws Exception {
        double[] weights = new double[300];
        List<String> features = new ArrayList<>();
        ObjectNode example = JSON.createObjectNode();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i;
            features.add(
                    "{\"name\": \"f%d\", \"type\": \"double\", \"min\": -1, \"max\": 1, \"mean\": 0}"
                            .formatted(i));
            example.put("f" + i, 1);
        }
        String card =
                "{\"name\": \"many\", \"version\": \"1\", \"target\": {\"name\": \"y\"},"
                        + " \"features\": %s, \"example\": %s}".formatted(features, example);
        Path model = OnnxGraph.linear(0, weights).card(card).write(folder);
        try (FunctionProcess function = serve(model, Map.of())) {
            open(function);
            browser.await("#feature-299");
            browser.tabTo("Find a feature");
            browser.press("f29", Keys.ENTER);
            assertThat(browser.await("#found").getText()).isEqualTo("11 of 300");
            browser.tabTo("f29");
            browser.press(Keys.ENTER);
            browser.awaitText(".rest", "285 others");
            assertThat(number("#predict")).isEqualTo(299 * 300 / 2.0);
            assertThat(browser.barriers()).isEmpty();

            browser.click("#explanation button");
            assertThat(browser.all(".bars tbody tr:not([hidden])")).hasSize(301);
            browser.type(browser.await("#feature-29"), "x" + Keys.ENTER);
            browser.awaitText("[role=alert]", "f29: is a string");
            assertThat(browser.await("#feature-299").isDisplayed()).isTrue();
        }
    }

    @Test
    void aFunctionThatNoLongerRespondsIsReported() throws Exception {
        FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, Map.of());
        try (function) {
            open(function);
            browser.await(RM);
        }
        browser.await(RM).sendKeys(Keys.ENTER);
        browser.awaitText("[role=alert]", "No answer. The function cannot be reached.");
    }

    /** During a rollout, the next revision may answer requests of this revision's page. */
    @Test
    void anAnswerOfAnotherRevisionIsReported() {
        open(boston);
        WebElement rooms = browser.await(RM);
        browser.run(
                """
                const real = fetch;
                window.fetch = async (...request) => {
                  const text = await (await real(...request)).text();
                  return new Response(text.replace('3-59f7ce87', '3'));
                };
                """);
        rooms.sendKeys(Keys.ENTER);

        browser.awaitText("#prediction", "boston-house-prices@3 has answered");
    }

    /** The keys were rotated after the page was opened. */
    @Test
    void aKeyThatIsNoLongerValidIsReported() {
        open(boston);
        WebElement rooms = browser.await(RM);
        browser.run(
                """
                window.fetch = async () => new Response('{"title": "Unauthorized", "status": 401}',
                  {status: 401, headers: {'Content-Type': 'application/problem+json'}});
                """);
        rooms.sendKeys(Keys.ENTER);

        browser.awaitText("[role=alert]", "Reload the page and enter a new one.");
    }

    @Test
    void itCostsTheStartNothing() throws Exception {
        Path loaded = folder.resolve("loaded");
        String options = "-Xlog:class+load:file=" + loaded;
        try (FunctionProcess function =
                FunctionProcess.start(FunctionProcess.IMAGE, Map.of("JDK_JAVA_OPTIONS", options))) {
            post(function, "/predict", Boston.example().toString());
            assertThat(Files.readString(loaded))
                    .contains("dev.onnxfunction.contract.Endpoint ")
                    .doesNotContain("dev.onnxfunction.contract.Page");

            open(function);
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

    private static void open(FunctionProcess function) {
        browser.open(urlOf(function, "/"));
    }

    private static String urlOf(FunctionProcess function, String path) {
        return "http://127.0.0.1:" + function.port() + path;
    }

    private static JsonNode post(FunctionProcess function, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(urlOf(function, path)))
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return JSON.readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
    }

    /** Runs the page's command line in a real shell, and returns its output. */
    private static String command(Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", browser.await("#curl").getText());
        builder.environment().putAll(environment);
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    private static ObjectNode example() {
        return (ObjectNode) Boston.example();
    }

    private static double predict(JsonNode row) throws IOException, InterruptedException {
        return post(boston, "/predict", row.toString()).get("predict").asDouble();
    }

    /** Waits until the page shows the function's prediction for a row. */
    private static void awaitPrediction(JsonNode row) throws IOException, InterruptedException {
        browser.await("#predict[value='" + predict(row) + "']");
    }

    /** Returns whether the inner element is horizontally within the outer one. */
    private static boolean within(String outer, String inner) {
        Object within =
                browser.run(
                        """
                        const [outer, inner] = ['%s', '%s'].map(selector =>
                          document.querySelector(selector).getBoundingClientRect());
                        return outer.left <= inner.left && inner.right <= outer.right;
                        """
                                .formatted(outer, inner));
        return Boolean.TRUE.equals(within);
    }

    private static double number(String selector) {
        return Double.parseDouble(attribute(browser.await(selector), "value"));
    }

    private static String attribute(WebElement element, String name) {
        return String.valueOf(element.getDomAttribute(name));
    }

    /** Returns the description that a screen reader reads after a field's name. */
    private static String describes(WebElement field) {
        StringBuilder description = new StringBuilder();
        for (String id : attribute(field, "aria-describedby").split(" ", -1)) {
            description.append(browser.await("#" + id).getText().replace('\n', ' ')).append(' ');
        }
        return description.toString().strip();
    }

    /** Returns whether an element is within the window and nothing covers its center. */
    private boolean isSeen(String selector) {
        return Boolean.TRUE.equals(
                browser.run(
                        """
                        const element = document.querySelector('%s');
                        const {left, top, width, height} = element.getBoundingClientRect();
                        return document.elementFromPoint(left + width / 2, top + height / 2) === element;
                        """
                                .formatted(selector)));
    }
}
