package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** What tests check on a start that is refused. */
final class Refusals {

    private Refusals() {}

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
}
