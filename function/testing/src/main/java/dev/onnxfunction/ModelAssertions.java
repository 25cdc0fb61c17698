package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** What tests check on a served model: its answers, or why it is not served. */
final class ModelAssertions {

    private ModelAssertions() {}

    /**
     * Asserts that the function does not start with a model, and says this.
     *
     * @param problem what it finds, with %s for the path of the model
     * @param remedy what to do
     */
    static void assertRefused(Path model, String problem, String remedy, String... settings) {
        String refused = RunningFunction.refusing(model, settings);

        assertThat(refused).isEqualTo(problem.formatted(model) + " " + remedy);
    }

    /**
     * Asserts what the function answers with a model.
     *
     * @param predictions the answer, with the number alone in place of each prediction's object
     */
    static void assertAnswers(Path model, String body, String predictions, String... settings) {
        try (RunningFunction function = RunningFunction.serving(model, settings)) {
            String answer = function.predict(body).body();
            assertThat(answer.replace("{\"status\":\"ok\",\"predict\":", "").replace("}", ""))
                    .isEqualTo(predictions);
        }
    }
}
