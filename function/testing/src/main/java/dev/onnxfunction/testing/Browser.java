package dev.onnxfunction.testing;

import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

import tools.jackson.databind.json.JsonMapper;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;

/** A headless Chromium, used as people do: by sight, by keyboard, or with a screen reader. */
public final class Browser implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final String AXE = resource("/axe.min.js");

    /**
     * A script that takes the other rows away meanwhile, because axe looks at excluded ones, too.
     */
    private static final String RUN_AXE =
            """
            const done = arguments[arguments.length - 1];
            const others = [...document.querySelectorAll('tr:nth-child(n + 20)')]
                .map(row => [row, row.parentNode]);
            others.forEach(([row]) => row.remove());
            axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})
                .finally(() => others.forEach(([row, table]) => table.append(row)))
                .then(({violations}) => done(JSON.stringify(violations)), e => done(String(e)));
            """;

    /** A script that keeps what is offered as a download. */
    private static final String KEEP_DOWNLOAD =
            """
            const make = URL.createObjectURL;
            URL.createObjectURL = blob => { window.made = blob; return make.call(URL, blob); };
            """;

    /**
     * A script that returns the kept download with its byte order mark, and with ␍ for the carriage
     * returns that Selenium drops.
     */
    private static final String DOWNLOADED =
            """
            return made.arrayBuffer().then(bytes =>
              new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes).replaceAll('\\r', '␍'));
            """;

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts it. */
    public static Browser start() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(installed("chromium"));
        options.addArguments(
                "--headless=new",
                "--no-sandbox", // Chromium's sandbox does not work as root.
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(installed("chromedriver"))
                        .build();
        Browser browser = new Browser(new ChromeDriver(service, options));
        browser.driver.manage().timeouts().scriptTimeout(PATIENCE);
        browser.view(1280, 900, false);
        return browser;
    }

    private static File installed(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path file = Path.of(folder, program);
            if (Files.isExecutable(file)) {
                return file.toFile();
            }
        }
        throw new IllegalStateException(
                "There is no "
                        + program
                        + " on the PATH, and the page is tested in it. On Debian, install it with:"
                        + " apt-get install chromium chromium-driver");
    }

    /** Sets the size of the screen, in CSS pixels, and the light or dark scheme. */
    public void view(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        width < 500));
        String scheme = dark ? "dark" : "light";
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                // Otherwise tests would have to wait for animations.
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** Opens a page and clears the log of the previous one. */
    public void open(String url) {
        driver.get("about:blank");
        driver.manage().logs().get(LogType.BROWSER);
        driver.manage().logs().get(LogType.PERFORMANCE);
        driver.get(url);
    }

    /** Waits for the only element that a CSS selector matches, and returns it. */
    public WebElement await(String selector) {
        return new WebDriverWait(driver, PATIENCE, INTERVAL)
                .withMessage(() -> selector + " must match once: " + complaints() + text())
                .until(
                        _ -> {
                            List<WebElement> found = all(selector);
                            return found.size() == 1 ? found.getFirst() : null;
                        });
    }

    /** Waits for the only element that a CSS selector matches, until it is shown, and clicks it. */
    public void click(String selector) {
        new WebDriverWait(driver, PATIENCE, INTERVAL)
                .ignoring(StaleElementReferenceException.class)
                .ignoring(ElementNotInteractableException.class)
                .until(
                        _ -> {
                            await(selector).click();
                            return true;
                        });
    }

    /** Waits until an element shows this text. */
    public void awaitText(String selector, String text) {
        new WebDriverWait(driver, PATIENCE, INTERVAL)
                .ignoring(StaleElementReferenceException.class)
                .withMessage(() -> selector + " shows " + all(selector).getFirst().getText())
                .until(_ -> await(selector).getText().contains(text));
    }

    private String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    public List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /**
     * Presses keys one after the other, on whichever element has the focus. Unlike an element's
     * sendKeys, this runs no scripts in the page, which take four times as long as the key.
     */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses Tab until the focus is on an element with this accessible name. */
    public void tabTo(String name) {
        List<String> passed = new ArrayList<>();
        while (passed.size() < 100) {
            press(Keys.TAB);
            passed.add(focused().getAccessibleName());
            if (passed.getLast().equals(name)) {
                return;
            }
        }
        throw new AssertionError("No tabulator leads to " + name + ", only to " + passed);
    }

    /** Replaces the text of a field, by keyboard. */
    public void type(WebElement field, String text) {
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE, text);
    }

    public WebElement focused() {
        return driver.switchTo().activeElement();
    }

    /** Returns the value of an attribute, "null" without it. */
    public static String attribute(WebElement element, String name) {
        return String.valueOf(element.getDomAttribute(name));
    }

    /** Returns the number that an element has as its attribute "value". */
    public double number(String selector) {
        return Double.parseDouble(attribute(await(selector), "value"));
    }

    /** Returns the description that a screen reader reads after a field's name. */
    public String description(WebElement field) {
        StringBuilder description = new StringBuilder();
        for (String id : attribute(field, "aria-describedby").split(" ", -1)) {
            description.append(await("#" + id).getText().replace('\n', ' ')).append(' ');
        }
        return description.toString().strip();
    }

    /** Returns whether an element is within the window and nothing covers its center. */
    public boolean isSeen(String selector) {
        return Boolean.TRUE.equals(
                run(
                        """
                        const element = document.querySelector('%s');
                        const {left, top, width, height} = element.getBoundingClientRect();
                        return document.elementFromPoint(left + width / 2, top + height / 2) === element;
                        """
                                .formatted(selector)));
    }

    /** Returns whether the inner element is horizontally within the outer one. */
    public boolean isWithin(String outer, String inner) {
        Object within =
                run(
                        """
                        const [outer, inner] = ['%s', '%s'].map(selector =>
                          document.querySelector(selector).getBoundingClientRect());
                        return outer.left <= inner.left && inner.right <= outer.right;
                        """
                                .formatted(outer, inner));
        return Boolean.TRUE.equals(within);
    }

    /** Keeps what the page offers as a download from now on. */
    public void keepDownload() {
        run(KEEP_DOWNLOAD);
    }

    /** Returns the download, with its byte order mark, and with ␍ for each carriage return. */
    public String download() {
        return String.valueOf(run(DOWNLOADED));
    }

    /** Runs a script and returns its result. */
    public @Nullable Object run(String script) {
        return driver.executeScript(script);
    }

    /**
     * Returns the accessibility problems that axe-core finds, one line each. It looks at the first
     * rows of a long table only: the others are made alike.
     */
    public List<String> barriers() {
        if ("undefined".equals(run("return typeof axe"))) {
            driver.executeScript(AXE);
        }
        String found = String.valueOf(driver.executeAsyncScript(RUN_AXE));
        return JSON.readTree(found)
                .valueStream()
                .map(rule -> rule.get("id").asString() + ": " + rule.get("nodes"))
                .toList();
    }

    /** Returns the warnings and errors of the browser's console since the page was opened. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Returns the hosts that requests have gone to since the page was opened. */
    public List<String> hosts() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> JSON.readTree(entry.getMessage()).get("message"))
                .filter(
                        message ->
                                message.get("method")
                                        .asString()
                                        .equals("Network.requestWillBeSent"))
                .map(message -> message.at("/params/request/url").asString())
                .map(url -> Objects.toString(URI.create(url).getHost(), url))
                .distinct()
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static String resource(String name) {
        try (InputStream in = Browser.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
