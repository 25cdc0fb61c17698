package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Browser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;

/** The page of the example model in a real browser, served by the function in its own process. */
@ExtendWith(PageExtension.class)
@ResourceLock(PageExtension.BROWSER)
class PageIT {

    private static final String RM = "#feature-5";

    private final ExamplePage page;
    private final Browser browser;

    PageIT(ExamplePage page) {
        this.page = page;
        this.browser = page.browser();
    }

    @Test
    void itShowsTheModel() {
        page.open();

        browser.awaitText("h1", "boston-house-prices 3-59f7ce87");
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
        page.open();
        JsonNode prediction = page.post("/predict", Boston.example().toString());
        JsonNode explanation = page.post("/explain", Boston.example().toString());

        browser.tabTo("RM rooms");
        browser.press(Keys.ENTER);
        browser.await(".bars");

        assertThat(browser.number("#predict")).isEqualTo(prediction.get("predict").asDouble());
        assertThat(browser.await("#predict").getText()).isEqualTo("29.8067");
        assertThat(browser.number("#lower")).isEqualTo(prediction.at("/interval/0").asDouble());
        assertThat(browser.number("#upper")).isEqualTo(prediction.at("/interval/1").asDouble());
        assertThat(browser.await("#prediction").getText())
                .contains("In 90 % of cases the true value is between 22.9729 and 36.6406");
        assertThat(browser.all(".bin")).hasSize(10);
        assertThat(browser.isWithin(".interval", ".mark")).isTrue();
        assertThat(browser.await("#rank").getText()).startsWith("Higher than in about 82 % of");
        assertThat(browser.all("[data-feature]")).hasSize(13);
        List<Double> sizes = new ArrayList<>();
        for (WebElement cell : browser.all("[data-feature]")) {
            double shown = Double.parseDouble(Browser.attribute(cell, "data-value"));
            assertThat(shown)
                    .isEqualTo(
                            explanation
                                    .get("contributions")
                                    .get(Browser.attribute(cell, "data-feature"))
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
        page.open();
        WebElement rooms = browser.await(RM);

        browser.type(rooms, "10");
        assertThat(browser.description(rooms))
                .contains("Outside the training range. Mean number of rooms");
        rooms.sendKeys(Keys.ENTER);
        browser.awaitText("#prediction", "RM is outside the training range, 3.561 to 8.78.");

        browser.type(rooms, "6");
        assertThat(browser.description(rooms)).doesNotContain("Outside");
    }

    @Test
    void thePredictionFollowsWhatIsTypedWhileItIsComplete() throws Exception {
        page.open();
        WebElement rooms = browser.await(RM);
        ObjectNode row = example();

        browser.type(rooms, "7.1");
        page.awaitPrediction(row.put("RM", 7.1));
        browser.awaitText(".bars", "RM 7.1");

        browser.type(rooms, "");
        browser.awaitText("#stale", "Some values are still missing.");
        assertThat(browser.barriers()).isEmpty();
        browser.type(rooms, "-");
        assertThat(browser.await("#stale").isDisplayed()).isTrue();
        rooms.sendKeys("1");
        page.awaitPrediction(row.put("RM", -1));
        browser.awaitText("#prediction", "RM is outside the training range");
        assertThat(browser.await("#stale").isDisplayed()).isFalse();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theSliderMovesByKeyboardAndTheLastPlaceWins() throws Exception {
        page.open();
        browser.tabTo("RM from 3.561 to 8.78");
        browser.press(Keys.END);
        assertThat(browser.await(RM).getDomProperty("value")).isEqualTo("8.78");
        page.awaitPrediction(example().put("RM", 8.78));

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
        page.awaitPrediction(example().put("RM", 4));
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
        page.open();
        WebElement crime = browser.await("#feature-0");
        WebElement rooms = browser.await(RM);
        browser.type(crime, "");
        browser.type(rooms, "six");
        rooms.sendKeys(Keys.ENTER);

        browser.awaitText("[role=alert]", "Invalid features. 2 faults");
        assertThat(browser.focused()).isEqualTo(crime);
        assertThat(Browser.attribute(crime, "aria-invalid")).isEqualTo("true");
        assertThat(browser.description(crime)).startsWith("Missing.");
        assertThat(Browser.attribute(rooms, "aria-invalid")).isEqualTo("true");
        assertThat(browser.description(rooms)).startsWith("Is a string, must be a number.");
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
        page.open();
        WebElement rooms = browser.await(RM);

        browser.type(rooms, "6,575" + Keys.ENTER);
        browser.awaitText("[role=alert]", "Invalid features.");
        assertThat(browser.description(rooms))
                .startsWith("Is a string, must be a number. Write decimals with a point");
        assertThat(browser.complaints()).singleElement().asString().contains("status of 400");
    }

    @Test
    void nobodyIsKeptOutNorMustScrollSideways() {
        page.open();
        WebElement rooms = browser.await(RM);
        inEachView(this::assertOpenToAll);

        browser.type(rooms, "10" + Keys.ENTER);
        browser.await(".bars");
        browser.click("#origin summary");
        inEachView(this::assertOpenToAll);

        browser.type(rooms, "100" + Keys.ENTER);
        browser.awaitText("#prediction", "between 373.682 and 387.35");
        assertThat(browser.await("#rank").getText()).startsWith("Higher than in all training rows");
        inEachView(
                () -> {
                    assertThat(browser.isWithin(".interval", ".mark"))
                            .as("380.516 is within it")
                            .isTrue();
                    assertOpenToAll();
                });

        browser.type(rooms, "six" + Keys.ENTER);
        browser.awaitText("[role=alert]", "Invalid features.");
        inEachView(this::assertOpenToAll);
    }

    /** Checks the same page with a wide and a narrow window, light and dark. */
    private void inEachView(Runnable check) {
        try {
            for (boolean dark : new boolean[] {false, true}) {
                browser.view(1280, 900, dark);
                check.run();
                browser.view(320, 640, dark);
                check.run();
            }
        } finally {
            browser.view(1280, 900, false);
        }
    }

    private void assertOpenToAll() {
        assertThat(browser.barriers()).isEmpty();
        assertThat(
                        browser.run(
                                "return document.documentElement.scrollWidth -"
                                        + " document.documentElement.clientWidth"))
                .isEqualTo(0L);
    }

    @Test
    void whatIfOneValueWereAnotherIsDrawnAlongItsRange() throws Exception {
        page.open();
        browser.tabTo("What if one value were another");
        browser.press(Keys.ENTER);
        browser.await(".curve"); // The code of the what-if chart is loaded.
        browser.tabTo("Feature");
        browser.press("RM");
        double least = page.predict(example().put("RM", 3.561));
        double greatest = page.predict(example().put("RM", 8.78));

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

    /** The first screen, on a laptop and on a phone. */
    @ParameterizedTest
    @CsvSource({"1280, 800, #predict", "390, 844, #brief strong"})
    void theFormAndThePredictionAreSeenTogether(int width, int height, String prediction) {
        browser.view(width, height, false);
        try {
            page.open();
            browser.tabTo("CRIM from 0.00632 to 88.9762");
            browser.press(Keys.ARROW_RIGHT);
            browser.awaitText(prediction, "29.");

            for (String selector : List.of("#feature-0", prediction)) {
                assertThat(browser.isSeen(selector)).as(selector).isTrue();
            }
            assertThat(browser.await("#form-title").getSize().height)
                    .as("the heading beside the buttons takes one line")
                    .isEqualTo(browser.await("#rows-title").getSize().height);
        } finally {
            browser.view(1280, 900, false);
        }
    }

    /** During a rollout, the next revision may answer requests of this revision's page. */
    @Test
    void anAnswerOfAnotherRevisionIsReported() {
        page.open();
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
        page.open();
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
    void aProblemIsGoneWithTheNextPrediction() {
        page.open();
        WebElement rooms = browser.await(RM);
        browser.run(
                """
                window.real = fetch;
                window.fetch = async () => { throw new TypeError('no connection'); };
                """);
        rooms.sendKeys(Keys.ENTER);
        browser.awaitText("#problem", "No answer.");
        browser.run("window.fetch = real");

        browser.type(rooms, "6");
        browser.await("#predict");
        assertThat(browser.await("#problem").getText()).isEmpty();
    }

    private static ObjectNode example() {
        return (ObjectNode) Boston.example();
    }
}
