package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The benchmarks work: their own tests pass, and each command runs with the image's layout, too
 * briefly for meaningful figures.
 *
 * <p>This needs Linux, wrk, and Python 3.11 or newer. If one is missing, the build prints a notice
 * and continues; in continuous integration ({@code CI=true}) it fails.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "what measures the function reads /proc")
@Execution(ExecutionMode.CONCURRENT)
class BenchIT {

    private static final boolean CI = "true".equals(System.getenv("CI"));

    private static final String NOT_TESTED =
            """

            ****************************************************************************
            WHAT MEASURES THE FUNCTION IS NOT TESTED: there is no wrk, or no Python 3.11
            or newer as python3, on the PATH. Install them (on Debian and Ubuntu:
            apt install wrk python3 python3-venv) and run the build again.
            ****************************************************************************
            """;

    @BeforeAll
    static void findTools() throws Exception {
        String find =
                "command -v wrk && python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'";
        if (run("sh", "-c", find).exitCode() != 0) {
            System.err.println(NOT_TESTED);
            assertThat(CI).as(NOT_TESTED).isFalse();
            abort(NOT_TESTED);
        }
    }

    @Test
    void itsOwnTestsPass() throws Exception {
        Result tests =
                run("python3", "-B", "-m", "unittest", "discover", "-s", "bench", "-t", "bench");

        assertThat(tests.output()).endsWith("\nOK\n").doesNotContain("Ran 0 tests");
        assertThat(tests.exitCode()).isZero();
    }

    @Test
    void everyFigureIsMeasured() throws Exception {
        Result quick = run("bench/run", "--quick");

        assertThat(quick.exitCode()).as(quick.output()).isZero();
        JsonNode values =
                JsonMapper.shared()
                        .readTree(Path.of("target", "bench", "quick.json").toFile())
                        .get("values");
        assertThat(values.get("function"))
                .hasSize(11)
                .allSatisfy(figure -> assertThat(figure.get(0).asDouble()).isPositive());
        if (CI) {
            assertThat(values).as("the function and its peers: " + quick.output()).hasSize(4);
        }
    }

    @Test
    void thePartsOfTheStartAreMeasured() throws Exception {
        Result startup = run("bench/startup", "--starts", "1", "--gaps", "3");

        assertThat(startup.exitCode()).as(startup.output()).isZero();
        assertThat(startup.output())
                .contains("| JVM, before main |", "| **process start to first 200** |");
    }

    @Test
    void anotherClientIsServedDuringAbuse() throws Exception {
        Result abuse = run("bench/abuse", "--seconds", "1", "--drip-timeout", "2s");

        assertThat(abuse.exitCode()).as(abuse.output()).isZero();
    }

    private record Result(int exitCode, String output) {}

    /** Runs a command in this module's folder and prints its output. */
    private static Result run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        Process process = builder.start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String all =
                    output.lines()
                            .peek(System.out::println)
                            .collect(Collectors.joining("\n", "", "\n"));
            return new Result(process.waitFor(), all);
        }
    }
}
