package dev.onnxfunction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onnxfunction.testing.FunctionProcess;
import dev.onnxfunction.testing.OnnxGraph;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The limits are too high for the available memory. */
class OutOfMemoryIT {

    private static final int FEATURES = 2000;

    /**
     * The batch grows to 16 384 rows, the next power of two, of 2000 doubles: 262 MB, and the JVM
     * has 192.
     */
    @Test
    void itLogsThatMemoryRanOutAnswersAndExits(@TempDir Path folder) throws Exception {
        String names =
                IntStream.range(0, FEATURES)
                        .mapToObj(i -> "f" + i)
                        .collect(Collectors.joining(","));
        Map<String, String> settings =
                Map.of(
                        "MODEL_LOCATION",
                        OnnxGraph.linear(1, new double[FEATURES]).write(folder).toString(),
                        "MODEL_FEATURES",
                        names,
                        "MODEL_MISSING",
                        "allowed",
                        "LIMITS_MAX_CELLS",
                        "100000000",
                        "LOG_FORMAT",
                        "json");
        try (FunctionProcess function = FunctionProcess.start(FunctionProcess.IMAGE, settings)) {
            assertThat(function.post("[" + "{},".repeat(9_999) + "{}]"))
                    .startsWith("HTTP/1.1 500")
                    .contains("\"title\":\"Internal error\"");

            assertThat(function.exitCode()).isEqualTo(3);
            assertThat(function.output().lines().map(OutOfMemoryIT::json))
                    .anySatisfy(
                            line -> {
                                assertThat(line.path("severity").asString()).isEqualTo("ERROR");
                                assertThat(line.path("stack_trace").asString())
                                        .contains("java.lang.OutOfMemoryError");
                            });
        }
    }

    private static JsonNode json(String line) {
        return JsonMapper.shared().readTree(line);
    }
}
