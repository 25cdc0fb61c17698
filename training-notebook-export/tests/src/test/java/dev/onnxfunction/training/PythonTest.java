package dev.onnxfunction.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs the Python tests of the training. One of them runs the notebook, whose export must predict
 * what the committed model predicts.
 *
 * <p>They need Python 3.11 or newer. Without it, the build prints a notice and continues; in
 * continuous integration ({@code CI=true}) it fails.
 */
@Tag("slow")
class PythonTest {

    private static final File TRAINING = new File("..");

    private static final List<List<String>> CANDIDATES =
            List.of(
                    List.of("python3"),
                    List.of("python"),
                    List.of("py", "-3"),
                    List.of("python3.14"),
                    List.of("python3.13"),
                    List.of("python3.12"),
                    List.of("python3.11"));

    private static final String IS_RECENT =
            "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)";

    private static final String NO_PYTHON =
            """

            ****************************************************************************
            THE TRAINING IS NOT TESTED: there is no Python 3.11 or newer on the PATH.
            The notebook was not executed. Install Python from https://www.python.org/
            and run the build again.
            ****************************************************************************
            """;

    @Test
    void theTestsOfTheTrainingPass() throws Exception {
        Optional<List<String>> python =
                CANDIDATES.stream().filter(PythonTest::isRecent).findFirst();
        if (python.isEmpty()) {
            System.err.println(NO_PYTHON);
            assertThat(System.getenv("CI")).as(NO_PYTHON).isNotEqualTo("true");
            abort(NO_PYTHON);
        }
        List<String> command = new ArrayList<>(python.orElseThrow());
        command.addAll(List.of("run.py", "test", "-q", "-ra"));

        assertThat(run(command)).as("exit code of %s", command).isZero();
    }

    private static boolean isRecent(List<String> python) {
        List<String> command = new ArrayList<>(python);
        command.addAll(List.of("-c", IS_RECENT));
        try {
            return run(command) == 0;
        } catch (IOException e) {
            return false; // There is no such program.
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command in the training's folder, prints its output, and returns its exit code. */
    private static int run(List<String> command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).directory(TRAINING).redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(System.out::println);
        }
        return process.waitFor();
    }
}
