package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.Example;
import dev.onnxfunction.testing.Project;
import dev.onnxfunction.testing.TestedServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The READMEs show the function's real responses. */
@Tag(TestedServer.IMAGE)
class ReadmeTest {

    private static final Path TRAINING = Project.TRAINING;

    @Test
    void everyExampleAnswersAsShown() throws IOException {
        List<Example> examples = Example.in(Project.ROOT.resolve("README.md"));
        assertThat(examples).hasSizeGreaterThanOrEqualTo(4);

        try (RunningFunction function = RunningFunction.start()) {
            examples.forEach(example -> assertAnswersAsShown(function, example));
        }
    }

    @Test
    void everyExampleOfAModelOfOnesOwnAnswersAsShown() throws IOException {
        List<Example> examples = Example.in(TRAINING.resolve("README.md"));
        assertThat(examples).hasSize(3);

        try (RunningFunction function = RunningFunction.serving(model("california"))) {
            examples.subList(0, 2).forEach(example -> assertAnswersAsShown(function, example));
        }
        try (RunningFunction function = RunningFunction.serving(model("embeddings"))) {
            assertAnswersAsShown(function, examples.getLast());
        }
    }

    private static Path model(String example) {
        return TRAINING.resolve("examples").resolve(example).resolve("model.onnx");
    }

    @Test
    void everyExampleOfTheReferenceAnswersAsShown() throws IOException {
        List<Example> examples = new ArrayList<>(Example.in(Path.of("README.md")));
        examples.addAll(Example.in(Path.of("protocols.md")));
        assertThat(examples)
                .extracting(Example::path)
                .contains(
                        "/explain",
                        "/openapi.json",
                        "/actuator/prometheus",
                        "/v2/models/boston-house-prices/infer");

        try (RunningFunction function = RunningFunction.start()) {
            examples.forEach(example -> assertAnswersAsShown(function, example));
        }
    }

    private static void assertAnswersAsShown(RunningFunction function, Example example) {
        String answer =
                example.body().isEmpty()
                        ? function.get(example.path()).body()
                        : post(function, example);
        if (example.output().endsWith("…")) {
            assertThat(answer).startsWith(example.output().replace("…", ""));
        } else {
            assertThat(withoutTime(answer)).isEqualTo(withoutTime(example.output()));
        }
    }

    private static String post(RunningFunction function, Example example) {
        String[] headers =
                example.headers().isEmpty()
                        ? new String[] {"Content-Type", "application/json"}
                        : example.headers().toArray(String[]::new);
        return function.send(
                        function.request(example.path())
                                .headers(headers)
                                .POST(BodyPublishers.ofString(example.body())))
                .body();
    }

    /**
     * Removes line breaks, which the README adds to fit the page, and the time of an event, which
     * always differs.
     */
    private static String withoutTime(String answer) {
        return answer.replaceAll("[\r\n]", "").replaceAll("\"time\":\"[^\"]*\"", "");
    }
}
