package dev.onnxfunction;

import static dev.onnxfunction.testing.Responses.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Project;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The page for browsers, and its files, over real HTTP. */
@Tag(TestedServer.IMAGE)
class PageFilesTest {

    private static RunningFunction function;

    @BeforeAll
    static void start() {
        function = RunningFunction.shared();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "TEXT/HTML",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "text/html, */*",
                "text/plain;q=0.9, text/html",
                "text/html;q=0.2, text/plain;q=0.1",
                "text/html;q=0.001, text/plain;q=0, */*",
                "application/json, text/html;level=1;q=0.5"
            })
    void aBrowserGetsThePage(String accept) {
        HttpResponse<String> response =
                function.send(function.request("/").header("Accept", accept));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("text/html;charset=utf-8");
        assertThat(header(response, "vary")).isEqualTo("Accept");
        assertThat(response.body()).startsWith("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "text/*",
                "text/plain",
                "text/html, text/plain",
                "text/html;q=0.5, */*",
                "text/html;q=0, */*;q=0.1",
                "text/html;q=0.5, text/*;q=0.6",
                "text/plain, */*"
            })
    void otherClientsGetASignOfLife(String accept) {
        HttpResponse<String> response =
                function.send(function.request("/").header("Accept", accept));

        assertThat(response.body()).isEqualTo("I'M ALIVE!");
        assertThat(header(response, "content-type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(header(response, "vary")).isEqualTo("Accept");
    }

    @Test
    void thePageIsMadeOfFilesOfItsOwnAndMayLoadNothingElse() {
        HttpResponse<String> page =
                function.send(function.request("/").header("Accept", "text/html"));

        Matcher links = Pattern.compile("(?:href|src)=\"([^\"#]+)\"").matcher(page.body());
        assertThat(links.results().map(link -> "/" + link.group(1)))
                .contains("/page/page.js", "/page/page.css", "/page/icon.svg", "/model")
                .allSatisfy(path -> assertThat(function.get(path).statusCode()).isEqualTo(200));
        assertThat(page.body())
                .doesNotContain("<style", "style=", "//")
                .doesNotContainPattern("\\son\\w+\\s*=");
        for (HttpResponse<String> file : List.of(page, function.get("/page/page.js"))) {
            assertThat(header(file, "content-security-policy"))
                    .isEqualTo(
                            "default-src 'none'; script-src 'self'; style-src 'self';"
                                    + " connect-src 'self'; img-src 'self'; form-action 'none';"
                                    + " base-uri 'none'; frame-ancestors 'none'");
            assertThat(header(file, "x-content-type-options")).isEqualTo("nosniff");
            assertThat(header(file, "referrer-policy")).isEqualTo("no-referrer");
            assertThat(header(file, "cache-control")).isEqualTo("no-cache");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/page/page.js,  text/javascript;charset=utf-8",
        "/page/page.css, text/css;charset=utf-8",
        "/page/icon.svg, image/svg+xml"
    })
    void aFileOfThePageHasItsType(String path, String type) {
        HttpResponse<String> file = function.get(path);

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(header(file, "content-type")).isEqualTo(type);
    }

    /** The function lists the page's files in code, so a new file must be added to that list. */
    @Test
    void everyFileOfThePageIsServed() throws IOException {
        try (Stream<Path> files =
                Files.list(Project.FUNCTION.resolve("core/src/main/resources/page"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .contains("index.html")
                    .filteredOn(file -> !file.equals("index.html"))
                    .allSatisfy(
                            file ->
                                    assertThat(function.get("/page/" + file).statusCode())
                                            .isEqualTo(200));
        }
    }
}
