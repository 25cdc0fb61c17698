package dev.onnxfunction.gke;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The figure shows the steps of the build, and is drawn from its source. */
class FigureTest {

    private static final Path FOLDER = Sandbox.ROOT.resolve("knative/gke");
    private static final Pattern BOX = Pattern.compile("(?m)^ *(\\w+) \\[label=\"([^\"]+)\"");
    private static final Pattern TEXT = Pattern.compile("<text[^>]*>([^<]+)</text>");

    @Test
    void everyWordOfTheSourceIsInTheFigure() throws IOException {
        List<String> drawn =
                TEXT.matcher(Files.readString(FOLDER.resolve("pipeline.svg")))
                        .results()
                        .map(match -> match.group(1).replace("&#45;", "-").replace("&gt;", ">"))
                        .toList();
        List<String> written =
                boxes().stream()
                        .flatMap(box -> List.of(box.group(2).split("\\\\n")).stream())
                        .toList();

        assertThat(written).hasSizeGreaterThan(10);
        assertThat(drawn).containsAll(written);
    }

    @Test
    void itsStepsAreThoseOfTheBuildInThisOrder() throws IOException {
        List<String> steps =
                CloudBuild.read(Sandbox.ROOT.resolve("cloudbuild.yaml")).steps().stream()
                        .map(CloudBuild.Step::id)
                        .filter(id -> !id.endsWith("-cache") && !id.equals("java"))
                        .toList();

        assertThat(boxes())
                .extracting(box -> box.group(1))
                .containsSubsequence(steps)
                .hasSize(steps.size() + List.of("git", "traffic", "fails").size());
    }

    private static List<MatchResult> boxes() throws IOException {
        return BOX.matcher(Files.readString(FOLDER.resolve("pipeline.dot"))).results().toList();
    }
}
