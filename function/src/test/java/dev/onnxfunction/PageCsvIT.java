package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Boston;
import dev.onnxfunction.testing.Browser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.Keys;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A CSV file dropped on the page comes back with its predictions. */
@ExtendWith(PageExtension.class)
@ResourceLock(PageExtension.BROWSER)
class PageCsvIT {

    /** A script that returns the first cells of the first rows of a file. */
    private static final String SHOWN_ROWS =
            """
            return [...document.querySelectorAll('.rows tbody tr')].slice(0, 6).map(row =>
              [...row.cells].slice(0, 6).map(cell => cell.textContent).join('|')).join('\\n');
            """;

    /** A script after which the function is too busy for four of five predictions. */
    private static final String BUSY =
            """
            const wait = window.setTimeout;
            window.setTimeout = (call, millis) => wait(call, Math.min(millis, 1));
            const send = window.fetch;
            let asked = 0;
            window.fetch = (url, request) => request?.method === 'POST' && ++asked % 5
              ? Promise.resolve(new Response('no place', {status: asked % 2 ? 429 : 503}))
              : send(url, request);
            """;

    private final ExamplePage page;

    private final Browser browser;

    @TempDir private Path folder;

    PageCsvIT(ExamplePage page) {
        this.page = page;
        this.browser = page.browser();
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
        page.open();
        browser.awaitText("#rows", "choose one");
        browser.keepDownload();

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
        double ten = page.predict(((ObjectNode) Boston.example()).put("RM", 10));
        assertThat(browser.download())
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

    /**
     * The proxy of a busy revision refuses requests, too. It does not know the function's format.
     */
    @Test
    void eachRequestOfAFileIsSentAgainWhileTheFunctionIsBusy() throws Exception {
        String names = String.join(",", Boston.example().propertyNames());
        String cells =
                String.join(",", Boston.example().valueStream().map(JsonNode::asString).toList());
        Path file =
                Files.writeString(
                        folder.resolve("busy.csv"), names + ("\n" + cells).repeat(100 + 200 + 1));
        page.open();
        browser.awaitText("#rows", "choose one");
        browser.run(BUSY);

        browser.await("#file").sendKeys(file.toString());

        browser.awaitText("#rows-status", "301 rows predicted, 0 refused.");
        page.open(); // The next test needs the browser's own functions.
    }

    /** Of several megabytes, the browser would take seconds to show the name. */
    @Test
    void whatIsNoTableIsRefusedBriefly() throws Exception {
        String name = "x".repeat(100_000);
        Path noTable = Files.writeString(folder.resolve("none.csv"), name);
        Path twice = Files.writeString(folder.resolve("twice.csv"), name + "," + name);
        page.open();
        browser.awaitText("#rows", "choose one");

        browser.await("#file").sendKeys(noTable.toString());
        browser.awaitText("#rows-problem", "none.csv cannot be read. It has no column \"CRIM\"");
        assertThat(browser.await("#rows-problem").getText()).hasSizeLessThan(500).contains("x…\"");
        browser.await("#file").sendKeys(twice.toString());
        browser.awaitText("#rows-problem", "It has two columns");
        assertThat(browser.await("#rows-problem").getText()).hasSizeLessThan(500);
    }
}
