package dev.onnxfunction.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks work; their figures here are meaningless. */
class BenchmarksTest {

    @Test
    void everyBenchmarkRuns() throws RunnerException {
        Benchmarks benchmarks = new Benchmarks();

        benchmarks.run(
                new OptionsBuilder()
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(10))
                        .verbosity(VerboseMode.SILENT));

        assertThat(benchmarks.times())
                .hasSize(16)
                .allSatisfy((_, times) -> assertThat(times).singleElement().matches(t -> t > 0));
        assertThat(benchmarks.report())
                .contains("| OneRow.predictMap |", "| ThousandRows.jsonToJson |")
                .containsPattern("`parse` takes \\d+\\.\\d\\d ×");
    }

    @ParameterizedTest
    @CsvSource({
        "1.30, holds, holds",
        "1.31, holds, **missed**",
        "2.00, holds, **missed**",
        "2.01, **missed**, **missed**"
    })
    void theVerdictIsThatOfTheRatio(double ratio, String bar, String goal) {
        assertThat(Benchmarks.verdict(ratio))
                .endsWith("Bar: ≤ 2.0 ×, " + bar + ". Goal: ≤ 1.3 ×, " + goal + ".");
    }
}
